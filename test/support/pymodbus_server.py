"""A Modbus TCP server made of Debian's python3-pymodbus: none of our code takes part in it.

Usage: pymodbus_server.py PORT UNIT ADDRESS=FLOAT...   (port 0: any free one; it is printed)
Holds IEEE 754 floats, high word first, in input registers from the given addresses on (wire addresses, 0-based); other registers up to 200 hold 0.
"""

import asyncio
import struct
import sys
import types

# Debian only recommends the serial packages, and pymodbus 3.0 imports them even for a server that speaks TCP alone.
for name in ("serial", "serial_asyncio"):
    try:
        __import__(name)
    except ModuleNotFoundError:
        sys.modules[name] = types.ModuleType(name)
        sys.modules[name].create_serial_connection = None

from pymodbus.datastore import ModbusSequentialDataBlock, ModbusServerContext, ModbusSlaveContext
from pymodbus.server.async_io import ModbusTcpServer
from pymodbus.transaction import ModbusSocketFramer

REGISTERS = 200


async def main(port, unit, values):
    words = [0] * REGISTERS
    for address, number in values.items():
        words[address : address + 2] = struct.unpack(">HH", struct.pack(">f", number))
    block = ModbusSequentialDataBlock(0, words)
    context = ModbusServerContext(slaves={unit: ModbusSlaveContext(ir=block, zero_mode=True)}, single=False)
    server = ModbusTcpServer(context, ModbusSocketFramer, address=("127.0.0.1", port), allow_reuse_address=True)
    serving = asyncio.ensure_future(server.serve_forever())
    await asyncio.wait([serving, server.serving], return_when=asyncio.FIRST_COMPLETED)
    if serving.done():
        serving.result()
    print(server.server.sockets[0].getsockname()[1], flush=True)
    await serving


arguments = dict(argument.split("=") for argument in sys.argv[3:])
asyncio.run(main(int(sys.argv[1]), int(sys.argv[2]), {int(address, 0): float(number) for address, number in arguments.items()}))
