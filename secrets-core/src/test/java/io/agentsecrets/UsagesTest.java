package io.agentsecrets;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class UsagesTest {

    private static final Handle PASSWORD = new Handle("password");
    private static final Origin FIRST = Origin.of("a.yaml", "first");
    private static final Origin SECOND = Origin.of("a.yaml", "second");

    private final Usages.Builder builder = Usages.builder().add(PASSWORD, FIRST);

    @Test
    void what_was_built_stays_as_it_is_when_more_is_added() {
        Usages before = builder.build();
        Usages after =
                builder.add(PASSWORD, SECOND).add(new Handle("user"), FIRST).build();

        assertThat(before.placesOf(PASSWORD)).containsExactly(FIRST);
        assertThat(before.size()).isEqualTo(1);
        assertThat(after.placesOf(PASSWORD)).containsExactly(FIRST, SECOND);
        assertThat(after.size()).isEqualTo(2);
    }

    @Test
    void a_builder_that_nothing_was_added_to_gives_the_same_twice() {
        assertThat(builder.build()).isEqualTo(builder.build());
    }
}
