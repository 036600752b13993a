/** What resolving costs: a workload, an executable for it, and programs that measure (README.md). */
@NullMarked
package io.agentsecrets.examples.benchmarks;

import org.jspecify.annotations.NullMarked;
