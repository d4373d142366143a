// Reads the netlink datagrams from logs of `strace -f -ttt -yy -e read=all -e write=all`.

/** NETLINK_*, linux/netlink.h, as strace names them. */
const protocols = {
  ROUTE: 0,
  USERSOCK: 2,
  SOCK_DIAG: 4,
  INET_DIAG: 4,
  NFLOG: 5,
  XFRM: 6,
  SELINUX: 7,
  ISCSI: 8,
  AUDIT: 9,
  FIB_LOOKUP: 10,
  CONNECTOR: 11,
  NETFILTER: 12,
  KOBJECT_UEVENT: 15,
  GENERIC: 16,
  SCSITRANSPORT: 18,
  ECRYPTFS: 19,
  RDMA: 20,
  CRYPTO: 21,
  SMC: 22,
}

// Packet types in the pseudo-header, for recorders that know the direction, linux/if_packet.h
const PACKET_HOST = 0
const PACKET_OUTGOING = 4

const line = {
  /** `1234 1700000000.123456 sendto(3<NETLINK:[ROUTE:1234]>, … = 40` */
  call: /^(\d+) +(\d+)\.(\d{6}) (.*)$/,
  unfinished: /^(.*) <unfinished \.\.\.>$/,
  resumed: /^<\.\.\. \w+ resumed>(.*)$/,
  /** ` | 00000  28 00 00 00 12 00 01 03  …  text |` */
  dump: /^ \| [0-9a-f]{5,} {2}([0-9a-f ]{1,49})/,
  /** ` = 1 buffers in vector 0`: precedes each datagram of a call that carries several */
  vector: /^ = \d+ buffers? in vector \d+$/,
}

const socketCall = /^socket\(AF_NETLINK, [^,]+, NETLINK_(\w+)\) += \d+<\w+:\[(\d+)\]>/
const carrier =
  /^(sendto|sendmsg|sendmmsg|write|writev|recvfrom|recvmsg|recvmmsg|read|readv)\(\d+<NETLINK:\[(?:(\w+):)?(\d+)\]>(.*)$/s
const result = /\) += (-?\d+)[^)]*$/

/** Yields the lines of a log, each with its process and its start. Unfinished and resumed parts of a call are joined. */
function* calls(log) {
  const unfinished = new Map()
  for (const text of log.split('\n')) {
    const [, pid, seconds, micros, rest] = line.call.exec(text) ?? []
    if (pid === undefined) {
      yield { text }
      continue
    }
    const time = BigInt(seconds) * 1_000_000_000n + BigInt(micros) * 1000n
    const [, begun] = line.unfinished.exec(rest) ?? []
    if (begun !== undefined) unfinished.set(pid, begun)
    const [, ending] = line.resumed.exec(rest) ?? []
    const whole = ending === undefined ? rest : (unfinished.get(pid) ?? '') + ending
    yield { pid, time, call: begun === undefined ? whole : '' }
  }
}

/** Describes the call whose datagrams follow. Returns undefined for other calls. */
function describe({ call, time }, inodes) {
  const [, name, protocol, id, rest] = carrier.exec(call) ?? []
  const returned = Number(result.exec(call)?.[1] ?? -1)
  if (name === undefined || returned <= 0 || /\bMSG_PEEK\b/.test(rest)) return undefined
  const many = name.endsWith('mmsg')
  return {
    time,
    protocol: protocols[protocol ?? inodes.get(id)],
    packetType: /^(send|write)/.test(name) ? PACKET_OUTGOING : PACKET_HOST,
    // A received datagram may be longer than its buffer.
    length: many ? Number.POSITIVE_INFINITY : returned,
    many,
  }
}

/**
 * Returns the datagrams of a log, in the order of the calls.
 * @throws {Error} if the protocol of a socket is unknown
 */
export function datagramsOf(log) {
  const inodes = new Map()
  const found = []
  let current
  for (const one of calls(log)) {
    if (one.pid !== undefined) {
      const [, protocol, inode] = socketCall.exec(one.call) ?? []
      if (inode !== undefined) inodes.set(inode, protocol)
      const described = describe(one, inodes)
      current = described && { ...described, hex: '' }
      if (current && !current.many) found.push(current)
    } else if (current?.many && line.vector.test(one.text)) {
      current = { ...current, hex: '' }
      found.push(current)
    } else if (current) {
      const [, digits] = line.dump.exec(one.text) ?? []
      if (digits !== undefined) current.hex += digits.replaceAll(' ', '')
    }
  }
  return found
    .filter(({ hex }) => hex !== '')
    .map(({ time, protocol, packetType, length, hex }) => {
      if (protocol === undefined)
        throw new Error('expected the protocol of each netlink socket, which strace -yy prints')
      const bytes = Buffer.from(hex, 'hex')
      return { time, protocol, packetType, bytes: bytes.subarray(0, length) }
    })
}
