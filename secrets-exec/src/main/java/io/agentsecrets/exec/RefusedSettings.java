package io.agentsecrets.exec;

/** Refuses settings of the Agent that have another name or form here, with a message that says which. */
final class RefusedSettings {

    private RefusedSettings() {}

    static void check(SettingsReader reader) {
        reader.refuse(
                Setting.SKIP_CHECKS,
                "is refused: in the Agent it leaves the handles of check configurations unresolved, and they would be sent to"
                        + " servers; secret_backend_skip_rights_checks skips the check of the rights on the executable");
        String scope = "is not known here: secret_allowed_handles says which source may use which handles";
        reader.refuse(Setting.SCOPE_TO_NAMESPACE, scope);
        reader.refuse(Setting.ALLOWED_NAMESPACE, scope);
        reader.refuse(Setting.IMAGE_TO_HANDLE, scope);
    }
}
