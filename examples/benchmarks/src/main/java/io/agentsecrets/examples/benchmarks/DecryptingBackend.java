package io.agentsecrets.examples.benchmarks;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * An executable that answers {@code decrypted_} and the handle, with as little work as can be: it copies what stands
 * between quotes as it is, escapes included, and understands no other JSON.
 */
final class DecryptingBackend {

    /** The exit status for a request without a list of handles. */
    private static final int BAD_REQUEST = 2;

    private static final byte[] SECRETS = ascii("\"secrets\"");
    private static final byte[] VALUE = ascii("\":{\"value\":\"decrypted_");
    private static final byte[] NO_ERROR = ascii("\",\"error\":null}");

    private DecryptingBackend() {}

    /** Answers the request on standard input. */
    public static void main(String[] arguments) throws IOException {
        byte[] request = System.in.readAllBytes();
        int list = startOfList(request);
        if (list < 0) {
            System.exit(BAD_REQUEST);
        }
        System.out.write(reply(request, list));
        System.out.flush();
    }

    /** Returns the index after the bracket that opens the list of handles; -1 if there is none. */
    static int startOfList(byte[] request) {
        int name = 0;
        while (name < request.length && !standsAt(request, name, SECRETS)) {
            name++;
        }
        for (int i = name; i < request.length; i++) {
            if (request[i] == '[') {
                return i + 1;
            }
        }
        return -1;
    }

    private static boolean standsAt(byte[] request, int index, byte[] word) {
        for (int i = 0; i < word.length; i++) {
            if (index + i >= request.length || request[index + i] != word[i]) {
                return false;
            }
        }
        return true;
    }

    /** Returns the reply to the handles from the given index on. */
    static byte[] reply(byte[] request, int list) {
        ByteArrayOutputStream reply = new ByteArrayOutputStream(64 + 4 * request.length);
        reply.write('{');
        int next = afterSeparators(request, list);
        while (next < request.length && request[next] == '"') {
            int start = next + 1;
            int end = endOfString(request, start);
            if (reply.size() > 1) {
                reply.write(',');
            }
            reply.write('"');
            reply.write(request, start, end - start);
            reply.writeBytes(VALUE);
            reply.write(request, start, end - start);
            reply.writeBytes(NO_ERROR);
            next = afterSeparators(request, end + 1);
        }
        reply.write('}');
        return reply.toByteArray();
    }

    private static int afterSeparators(byte[] request, int index) {
        int next = index;
        while (next < request.length && " ,\n\t\r".indexOf(request[next]) >= 0) {
            next++;
        }
        return next;
    }

    private static int endOfString(byte[] request, int start) {
        int end = start;
        while (request[end] != '"') {
            end += request[end] == '\\' ? 2 : 1;
        }
        return end;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
