package io.agentsecrets.exec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class MountPointTest {

    private static final List<String> LIST = List.of(
            "22 1 0:21 / / rw,relatime master:1 - overlay overlay rw,lowerdir=/a",
            "30 22 8:1 /pods/x /etc/agent ro,relatime master:2 - ext4 /dev/sda1 rw",
            "31 22 8:1 /pods/y /etc/agent/own\\040files rw,relatime - ext4 /dev/sda1 rw",
            "32 22 8:1 /pods/z /etc/agent/backend ro,noatime - ext4 /dev/sda1 rw",
            "33 22 0:50 / /iso rw - iso9660 /dev/sr0 ro,nojoliet",
            "34 22 0:51 / /twice ro - tmpfs tmpfs rw",
            "35 22 0:52 / /twice rw - tmpfs tmpfs rw",
            "");

    private static MountPoint of(String file) {
        return MountPoint.inList(LIST, file);
    }

    @Test
    void a_file_is_on_the_mount_with_the_longest_path() {
        assertThat(of("/etc/agent/x")).isEqualTo(new MountPoint(false, true));
        assertThat(of("/etc/agent/own files/x")).isEqualTo(new MountPoint(false, false));
        assertThat(of("/etc/agent/backend")).isEqualTo(new MountPoint(false, true));
        assertThat(of("/etc/agents/x")).isEqualTo(new MountPoint(true, false));
    }

    @Test
    void a_file_system_can_be_read_only_where_its_mount_is_not() {
        assertThat(of("/iso/x").isReadOnly()).isTrue();
    }

    @Test
    void the_last_one_of_several_at_one_path_counts() {
        assertThat(of("/twice/x").isReadOnly()).isFalse();
    }

    @Test
    void an_image_can_be_read_only() {
        assertThat(MountPoint.inList(List.of("22 1 0:21 / / ro,relatime - overlay overlay rw"), "/opt/x"))
                .isEqualTo(new MountPoint(true, true));
    }
}
