package io.agentsecrets.exec;

import com.sun.jna.platform.win32.Advapi32;
import com.sun.jna.platform.win32.Advapi32Util;
import com.sun.jna.platform.win32.Kernel32;
import com.sun.jna.platform.win32.Kernel32Util;
import com.sun.jna.platform.win32.WinNT;

/**
 * The names, in the language of the system, by which Windows finds the principals that matter here.
 *
 * @param user the user that the process acts as
 * @param system {@code LocalSystem}
 * @param administrators the group {@code Administrators}
 */
record WindowsNames(String user, String system, String administrators) {

    /** Asks Windows through JNA if it is on the class path, and otherwise uses the English names. */
    static WindowsNames ofThisSystem() {
        try {
            return WellKnown.names();
        } catch (LinkageError | RuntimeException noJnaOrNotWindows) {
            String user = System.getProperty("user.name", "?");
            String domain = System.getenv("USERDOMAIN");
            return new WindowsNames(
                    domain == null ? user : domain + "\\" + user, "NT AUTHORITY\\SYSTEM", "BUILTIN\\Administrators");
        }
    }

    /** The use of the optional library JNA, in a class of its own so that it is loaded only if JNA is there. */
    private static final class WellKnown {

        /** Microsoft, "Well-known SIDs". */
        private static final String LOCAL_SYSTEM = "S-1-5-18";

        private static final String ADMINISTRATORS = "S-1-5-32-544";

        static WindowsNames names() {
            WinNT.HANDLEByReference token = new WinNT.HANDLEByReference();
            if (!Advapi32.INSTANCE.OpenProcessToken(Kernel32.INSTANCE.GetCurrentProcess(), WinNT.TOKEN_QUERY, token)) {
                throw new IllegalStateException("the token of this process cannot be opened");
            }
            try {
                return new WindowsNames(
                        Advapi32Util.getTokenAccount(token.getValue()).fqn,
                        Advapi32Util.getAccountBySid(LOCAL_SYSTEM).fqn,
                        Advapi32Util.getAccountBySid(ADMINISTRATORS).fqn);
            } finally {
                Kernel32Util.closeHandle(token.getValue());
            }
        }
    }
}
