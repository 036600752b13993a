/**
 * The doctor: it starts an executable several times as an agent does, and says what is wrong with it and what to do.
 *
 * <p>{@link io.agentsecrets.exec.doctor.Doctor} makes the calls, a {@link io.agentsecrets.exec.doctor.Diagnosis} holds a
 * {@link io.agentsecrets.exec.doctor.Judgement} for each aspect of the executable. The agent decides how to print them.
 *
 * <pre>{@code
 * Diagnosis diagnosis = Doctor.examine(executable, Set.of(new Handle("db_password")));
 * for (Judgement judgement : diagnosis.judgements()) {
 *     System.out.println(judgement.verdict() + " " + judgement.name() + ": " + judgement.finding());
 * }
 * }</pre>
 */
@NullMarked
package io.agentsecrets.exec.doctor;

import org.jspecify.annotations.NullMarked;
