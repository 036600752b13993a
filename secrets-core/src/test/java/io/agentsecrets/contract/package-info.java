/** The contract test of backends, published as {@code secrets-core-VERSION-tests.jar}. It runs on JUnit 5 and AssertJ. */
@NullMarked
package io.agentsecrets.contract;

import org.jspecify.annotations.NullMarked;
