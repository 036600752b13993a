/** The origins of configurations: the main file, check files, autodiscovery, the environment, etcd. */
@NullMarked
package io.agentsecrets.examples.cli.provider;

import org.jspecify.annotations.NullMarked;
