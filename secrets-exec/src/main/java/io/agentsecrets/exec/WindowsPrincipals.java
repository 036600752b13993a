package io.agentsecrets.exec;

import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.attribute.UserPrincipal;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import org.jspecify.annotations.Nullable;

/**
 * The three principals that may have rights on an executable. Windows and Java compare principals by security identifier
 * (SID), but Java finds one only by its name, and names are localised.
 *
 * <p>With JNA's platform library on the class path the names come from the well-known SIDs. Without it the English names
 * are used, which a Windows in another language may not know. Then no principal counts as {@code LocalSystem} or
 * {@code Administrators}; a file with entries for them is refused, and the refusal says why.
 *
 * @param user the user that the process acts as
 * @param system {@code LocalSystem}, or null if it could not be found
 * @param administrators the group {@code Administrators}, or null if it could not be found
 */
record WindowsPrincipals(
        UserPrincipal user,
        @Nullable UserPrincipal system,
        @Nullable UserPrincipal administrators) {

    /**
     * Asks the system.
     *
     * @throws IOException if the user is not known
     */
    static WindowsPrincipals ofThisProcess(FileSystem disk) throws IOException {
        return of(disk.getUserPrincipalLookupService(), WindowsNames.ofThisSystem());
    }

    /** Looks up principals by their names. */
    static WindowsPrincipals of(UserPrincipalLookupService service, WindowsNames names) throws IOException {
        return new WindowsPrincipals(
                service.lookupPrincipalByName(names.user()),
                found(service, names.system()),
                found(service, names.administrators()));
    }

    private static @Nullable UserPrincipal found(UserPrincipalLookupService service, String name) throws IOException {
        try {
            return service.lookupPrincipalByName(name);
        } catch (UserPrincipalNotFoundException e) {
            return null;
        }
    }

    boolean isTrusted(UserPrincipal principal) {
        return principal.equals(user) || principal.equals(system) || principal.equals(administrators);
    }

    /** Returns text to add to a refusal if a principal could not be found; otherwise an empty text. */
    String whatIsNotKnown() {
        return system == null || administrators == null
                ? " (LOCAL_SYSTEM or Administrators could not be told by their English names; with the library"
                        + " jna-platform on the agent's class path they are known in every language)"
                : "";
    }
}
