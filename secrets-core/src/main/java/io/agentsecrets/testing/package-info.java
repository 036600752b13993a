/**
 * A backend in memory for the unit tests of programs that use the library.
 *
 * <pre>{@code
 * FakeBackend backend = new FakeBackend().put("db_password", "s3cr3t").refuse("old", "revoked");
 * SecretResolver resolver = SecretResolver.builder(backend).build();
 *
 * assert resolver.resolve("postgres", "ENC[db_password]").equals("s3cr3t");
 * assert backend.callCount() == 1;
 * }</pre>
 */
@NullMarked
package io.agentsecrets.testing;

import org.jspecify.annotations.NullMarked;
