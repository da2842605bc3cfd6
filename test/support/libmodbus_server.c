/* A Modbus RTU server made of Debian's libmodbus: none of our code takes part in it.
 * Usage: libmodbus_server PORT BAUD UNIT   Holds the number of each holding register in it, and prints "ready". */
#include <modbus.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char *argv[])
{
    if (argc != 4) return 2;
    modbus_t *line = modbus_new_rtu(argv[1], atoi(argv[2]), 'N', 8, 1);
    modbus_mapping_t *held = modbus_mapping_new(8, 8, 200, 200);
    if (line == NULL || held == NULL || modbus_set_slave(line, atoi(argv[3])) != 0 || modbus_connect(line) != 0) return 1;
    for (int index = 0; index < 200; index++) held->tab_registers[index] = index;
    puts("ready");
    fflush(stdout);
    for (;;) {
        uint8_t query[MODBUS_RTU_MAX_ADU_LENGTH];
        int length = modbus_receive(line, query);
        if (length > 0) modbus_reply(line, query, length, held);
    }
}
