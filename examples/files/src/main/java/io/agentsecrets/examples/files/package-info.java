/** An executable that answers handles from a JSON file, a YAML file, or a directory with a file for each secret. */
@NullMarked
package io.agentsecrets.examples.files;

import org.jspecify.annotations.NullMarked;
