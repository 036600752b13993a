package io.agentsecrets.examples.sealed;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An encrypted value as a handle: {@code AES256_GCM,data:…,iv:…,aad:…,tag:…}, each part in Base64. The {@code aad} is the context that
 * the value was sealed for; it can be read by everyone and changed by nobody.
 */
final class SealedValue {

    /** As NIST SP 800-38D recommends for random ones, and the only length that is taken. */
    static final int IV_LENGTH = 12;

    static final int TAG_LENGTH = 16;

    private static final Pattern FORM = Pattern.compile(
            "AES256_GCM,data:([A-Za-z0-9+/=]*),iv:([A-Za-z0-9+/=]+),aad:([A-Za-z0-9+/=]*),tag:([A-Za-z0-9+/=]+)");

    private final byte[] iv;
    private final byte[] context;
    private final byte[] dataAndTag;

    SealedValue(byte[] iv, byte[] context, byte[] dataAndTag) {
        this.iv = iv.clone();
        this.context = context.clone();
        this.dataAndTag = dataAndTag.clone();
    }

    /** Reads a handle, or returns null if it is no sealed value. */
    static @Nullable SealedValue parse(String handle) {
        Matcher parts = FORM.matcher(handle);
        if (!parts.matches()) {
            return null;
        }
        try {
            byte[] data = decoded(parts.group(1));
            byte[] iv = decoded(parts.group(2));
            byte[] tag = decoded(parts.group(4));
            if (iv.length != IV_LENGTH || tag.length != TAG_LENGTH) {
                return null;
            }
            byte[] both = Arrays.copyOf(data, data.length + TAG_LENGTH);
            System.arraycopy(tag, 0, both, data.length, TAG_LENGTH);
            SealedValue sealed = new SealedValue(iv, decoded(parts.group(3)), both);
            return sealed.toHandle().equals(handle) ? sealed : null; // Base64 can be written in several ways
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static byte[] decoded(String text) {
        return Base64.getDecoder().decode(text);
    }

    byte[] iv() {
        return iv.clone();
    }

    byte[] contextBytes() {
        return context.clone();
    }

    /** The data, and the tag at its end. */
    byte[] dataAndTag() {
        return dataAndTag.clone();
    }

    /** The context as text, or null if it is none. */
    @Nullable
    String context() {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(context))
                    .toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    /** The handle. */
    String toHandle() {
        Base64.Encoder base64 = Base64.getEncoder();
        int dataLength = dataAndTag.length - TAG_LENGTH;
        return "AES256_GCM,data:" + base64.encodeToString(Arrays.copyOf(dataAndTag, dataLength))
                + ",iv:" + base64.encodeToString(iv)
                + ",aad:" + base64.encodeToString(context)
                + ",tag:" + base64.encodeToString(Arrays.copyOfRange(dataAndTag, dataLength, dataAndTag.length));
    }
}
