/**
 * Audit trails: what happened to secrets, for people who must account for their use.
 *
 * <pre>{@code
 * AuditTrail trail = AuditFile.at(Path.of("/var/log/agent/secrets.json"), 1_000_000);
 * SecretResolver resolver = SecretResolver.builder(backend).auditTrail(trail).build();
 * }</pre>
 */
@NullMarked
package io.agentsecrets.audit;

import org.jspecify.annotations.NullMarked;
