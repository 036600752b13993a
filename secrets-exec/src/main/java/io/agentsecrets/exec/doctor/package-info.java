/**
 * The doctor: starts an executable as an agent does, several times, and says what is wrong with it and what to do.
 *
 * <p>{@link io.agentsecrets.exec.doctor.Doctor} makes the calls, a {@link io.agentsecrets.exec.doctor.Diagnosis} holds a
 * {@link io.agentsecrets.exec.doctor.Judgement} for each side of the executable. How they are printed is the agent's own matter.
 */
@NullMarked
package io.agentsecrets.exec.doctor;

import org.jspecify.annotations.NullMarked;
