package io.agentsecrets.yaml;

import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.scanner.Scanner;
import org.snakeyaml.engine.v2.tokens.ScalarToken;
import org.snakeyaml.engine.v2.tokens.TagToken;
import org.snakeyaml.engine.v2.tokens.Token;

/**
 * The tokens between the engine's scanner and its parser. It remembers the last scalar and the last tag, as an event does not
 * say where these start.
 *
 * <p>It also remembers the kind of the next token. The parser asks for that about five times a token, and each time the
 * scanner would check again whether it has read far enough.
 */
final class TokenWatch implements Scanner {

    private final Scanner scanner;

    /** The kind of the next token; null while it is not known. */
    private Token.@Nullable ID next;

    private @Nullable ScalarToken lastScalar;
    private @Nullable TagToken lastTag;

    TokenWatch(Scanner scanner) {
        this.scanner = scanner;
    }

    /** The scalar that was taken last, or null. */
    @Nullable
    ScalarToken lastScalar() {
        return lastScalar;
    }

    /** The tag that was taken last, or null. */
    @Nullable
    TagToken lastTag() {
        return lastTag;
    }

    @Override
    public boolean checkToken(Token.ID... choices) {
        for (Token.ID choice : choices) {
            if (checkToken(choice)) {
                return true;
            }
        }
        return choices.length == 0 && scanner.checkToken();
    }

    @Override
    public boolean checkToken(Token.ID choice) {
        Token.ID known = next;
        if (known == null) {
            known = scanner.peekToken().getTokenId();
            next = known;
        }
        return known == choice;
    }

    @Override
    public Token peekToken() {
        return scanner.peekToken();
    }

    @Override
    public boolean hasNext() {
        return scanner.hasNext();
    }

    @Override
    public Token next() {
        next = null;
        Token token = scanner.next();
        if (token instanceof ScalarToken scalar) {
            lastScalar = scalar;
        } else if (token instanceof TagToken tag) {
            lastTag = tag;
        }
        return token;
    }

    @Override
    public void resetDocumentIndex() {
        scanner.resetDocumentIndex();
    }
}
