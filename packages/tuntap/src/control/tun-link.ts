import {
  AF,
  attributes,
  bytes,
  compile,
  decode,
  encode,
  i32,
  pad,
  string,
  struct,
  u16,
  u32,
} from '@netloom/netlink/codec'
import { type TunAttrs, tunAttrs } from '@netloom/netlink/route/tun'
import { check, type Descriptor, libc, openSocket, uninterrupted } from '@netloom/netlink/socket'

// One request over rtnetlink, without the whole of @netloom/netlink: that takes several times as long to load as this package.
// No ioctl reports if frames begin with `struct tun_pi`, how many queues are attached, and the owner.

/** `struct nlmsghdr` and `struct ifinfomsg` of a request or reply, linux/netlink.h and linux/rtnetlink.h */
const linkMessage = struct('nlmsghdr', {
  length: u32,
  type: u16,
  flags: u16,
  sequence: u32,
  port: u32,
  _family: pad(4),
  index: i32,
  _flags: pad(8),
})

const linkAttrs = attributes('IFLA', {
  linkinfo: [18, attributes('IFLA_INFO', { kind: [1, string], data: [2, bytes] })],
})

const SOCK_RAW_CLOEXEC = 3 | 0o2000000
const RTM_NEWLINK = 16
const RTM_GETLINK = 18
const NLM_F_REQUEST = 1

/** More than the kernel sends for a link (`if_nlmsg_size`): it has at most hundreds of alternative names. */
const LONGEST = 0x10000

/** A link as netlink reports it. */
export interface TunLink {
  /** `tun`, `veth`, …; undefined for a physical link. */
  readonly kind: string | undefined
  /** Undefined for other kinds. */
  readonly tun: TunAttrs | undefined
}

const openRtnetlink = () => openSocket(AF.NETLINK, SOCK_RAW_CLOEXEC, 0)

/**
 * Reads a link by its index. Returns undefined if there is none.
 * @param openThere Calls a function in the namespace of the link. By default, that is the calling thread's.
 * @throws {SystemError} if the socket cannot be opened
 */
export function readTunLink(
  index: number,
  openThere: (open: () => Descriptor) => Descriptor = (open) => open(),
): TunLink | undefined {
  const socket = openThere(openRtnetlink)
  const { fd } = socket
  try {
    const request = encode(linkMessage, { length: linkMessage.size, type: RTM_GETLINK, flags: NLM_F_REQUEST, index })
    const reply = Buffer.allocUnsafeSlow(LONGEST)
    check(
      'write',
      uninterrupted(() => libc.write(fd, request, request.length)),
    )
    const length = check(
      'read',
      uninterrupted(() => libc.read(fd, reply, reply.length)),
    )
    const { type } = compile(linkMessage).read(reply, 0)
    return type === RTM_NEWLINK ? decodeLink(reply.subarray(linkMessage.size, length)) : undefined
  } finally {
    socket.close()
  }
}

function decodeLink(attrs: Buffer): TunLink {
  const { kind, data } = decode(linkAttrs, attrs).linkinfo ?? {}
  return { kind, tun: kind === 'tun' ? decode(tunAttrs, data ?? Buffer.alloc(0)) : undefined }
}
