package io.agentsecrets.exec;

/**
 * The rights on an executable, and which of them the rules allow.
 *
 * @param bits the mode of the file
 */
record PosixMode(int bits) {

    private static final int SET_ID = 06000;
    private static final int OWNER_EXECUTE = 0100;
    private static final int GROUP_ALL = 0070;
    private static final int GROUP_WRITE = 0020;
    private static final int GROUP_EXECUTE = 0010;
    private static final int OTHERS_ALL = 0007;

    boolean hasSetId() {
        return has(SET_ID);
    }

    /** Whether others have any right on the file, or its group one that it must not have. An allowed group may read and execute. */
    boolean isTooOpen(boolean allowGroupExec) {
        return has((allowGroupExec ? GROUP_WRITE : GROUP_ALL) | OTHERS_ALL);
    }

    boolean ownerMayExecute() {
        return has(OWNER_EXECUTE);
    }

    boolean groupMayExecute() {
        return has(GROUP_EXECUTE);
    }

    boolean groupHasRights() {
        return has(GROUP_ALL);
    }

    boolean isFineForOwner(boolean allowGroupExec) {
        return !hasSetId() && !isTooOpen(allowGroupExec) && ownerMayExecute();
    }

    /** Whether a member of the group may start the file, where groups are allowed. */
    boolean isFineForGroup() {
        return !hasSetId() && !isTooOpen(true) && groupMayExecute();
    }

    private boolean has(int rights) {
        return (bits & rights) != 0;
    }
}
