import { addressOf, libc } from '@netloom/netlink/socket'
import { type Cases, outcome } from './cases.js'

const AF_NETLINK = 16
const SOCK_RAW_CLOEXEC = 3 | 0o2000000
const SOL_SOCKET = 1
const SO_TYPE = 3
const NETLINK_ROUTE = 0
const FIONREAD = 0x541b
const POLLIN = 1

function int(value: number): Buffer {
  const cell = Buffer.alloc(4)
  cell.writeInt32LE(value)
  return cell
}

const sockaddrNl = () => {
  const address = Buffer.alloc(12)
  address.writeUInt16LE(AF_NETLINK)
  return address
}

/** Returns an nlmsghdr with RTM_GETLINK for interface 1, without NLM_F_ACK. */
function getLoopback(): Buffer {
  const message = Buffer.alloc(32)
  message.writeUInt32LE(message.length)
  message.writeUInt16LE(18, 4)
  message.writeUInt16LE(1, 6)
  message.writeInt32LE(1, 20)
  return message
}

function withSocket<T>(use: (fd: number) => T): T {
  const fd = libc.socket(AF_NETLINK, SOCK_RAW_CLOEXEC, NETLINK_ROUTE)
  try {
    return use(fd)
  } finally {
    libc.close(fd)
  }
}

export const libcCases: Cases = {
  'a request and its answer': () =>
    withSocket((fd) => {
      const connected = libc.connect(fd, sockaddrNl(), 12)
      const [name, nameSize] = [Buffer.alloc(12), int(12)]
      const named = libc.getsockname(fd, name, nameSize)
      const sent = libc.sendto(fd, getLoopback(), 32, 0, sockaddrNl(), 12)
      const pollfd = Buffer.alloc(8)
      pollfd.writeInt32LE(fd)
      pollfd.writeInt16LE(POLLIN, 4)
      const ready = [libc.poll(pollfd, 1, 1000), pollfd.readInt16LE(6)]
      const [bytes, from, fromSize] = [Buffer.alloc(32768), Buffer.alloc(12), int(12)]
      const received = libc.recvfrom(fd, bytes, bytes.length, 0, from, fromSize)
      return [
        connected,
        named,
        nameSize,
        name.readUInt16LE(),
        sent,
        ready,
        received === bytes.readUInt32LE(),
        fromSize,
        bytes.readUInt16LE(4),
        bytes.toString('latin1').includes('lo\0'),
      ]
    }),
  'a message header with addresses in it': () =>
    withSocket((fd) => {
      libc.sendto(fd, getLoopback(), 32, 0, sockaddrNl(), 12)
      const [bytes, iovec, header] = [Buffer.alloc(32768), Buffer.alloc(16), Buffer.alloc(56)]
      const pointer = (to: Buffer, value: bigint, at: number) => {
        to.writeUInt32LE(Number(value & 0xffffffffn), at)
        to.writeUInt32LE(Number(value >> 32n), at + 4)
      }
      pointer(iovec, addressOf(bytes), 0)
      pointer(iovec, BigInt(bytes.length), 8)
      pointer(header, addressOf(iovec), 16)
      pointer(header, 1n, 24)
      return [libc.recvmsg(fd, header, 0) === bytes.readUInt32LE(), bytes.readUInt16LE(4)]
    }),
  'an option': () =>
    withSocket((fd) => {
      const [value, size] = [int(0), int(4)]
      return [
        libc.getsockopt(fd, SOL_SOCKET, SO_TYPE, value, size),
        value,
        size,
        libc.setsockopt(fd, SOL_SOCKET, 9, int(1), 4),
      ]
    }),
  'an ioctl': () =>
    withSocket((fd) => {
      const waiting = int(7)
      return [libc.ioctl(fd, FIONREAD, waiting), libc.ioctlValue(fd, 0xffffffff, 3)]
    }),
  'errors of the kernel': () => [
    libc.socket(-1, 0, 0),
    libc.connect(987, sockaddrNl(), 12),
    libc.setns(987, 0),
    libc.close(987),
    libc.read(987, Buffer.alloc(1), 1),
    libc.write(987, Buffer.alloc(1), 1),
    libc.recvfrom(987, Buffer.alloc(1), 1, 0, Buffer.alloc(12), int(12)),
  ],
  'empty buffers': () =>
    withSocket((fd) => [libc.poll(Buffer.alloc(0), 0, 0), libc.sendto(fd, Buffer.alloc(0), 0, 0, sockaddrNl(), 12)]),
  'the address of a subarray': () => {
    const whole = Buffer.alloc(8)
    return Number(addressOf(whole.subarray(3)) - addressOf(whole))
  },
}

/** Checks of the QuickJS runtime before the system call. koffi does not make them. */
export const misuse: Cases = Object.fromEntries(
  Object.entries({
    'a length beyond the buffer': () => libc.read(0, Buffer.alloc(4), 5),
    'a negative length': () => libc.write(1, Buffer.alloc(4), -1),
    'an address length beyond the buffer': () => libc.connect(0, sockaddrNl(), 13),
    'a length argument beyond the buffer': () => libc.getsockname(0, Buffer.alloc(12), int(13)),
    'a length argument that is too short': () => libc.getsockname(0, Buffer.alloc(12), Buffer.alloc(3)),
    'a number of pollfds beyond the buffer': () => libc.poll(Buffer.alloc(15), 2, 0),
    'text instead of bytes': () => libc.read(0, 'text' as unknown as Buffer, 1),
    'text instead of a number': () => libc.close('3' as unknown as number),
    'a list instead of a buffer': () => addressOf([] as unknown as Buffer),
  }).map(([name, call]) => [name, () => outcome(call)]),
)
