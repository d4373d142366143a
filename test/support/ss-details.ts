import type { InetSocket, Socket, SocketMemory, TcpDetails } from '@netloom/netlink'
import type { SsLine } from './ss.js'

/** The details of a socket as ss prints them, by their names there. A word without a value has the empty text. */
export type SsDetails = ReadonlyMap<string, string>

/** Rates are printed as `send 5bps`. */
const RATE = /^(send|pacing_rate|delivery_rate)$/

/** Splits the details of a line of ss: `users:(…)`, `ino:5`, `send 5bps`, `sack`. */
export function detailsOf({ rest }: SsLine): SsDetails {
  const words = rest.match(/[\w-]+:\((?:[^()]|\([^()]*\))*\)|flags\([^)]*\)|fanout\([^)]*\)|\S+/g) ?? []
  const found = new Map<string, string>()
  for (let at = 0; at < words.length; at++) {
    const word = words[at] as string
    const [, name, value] = /^([\w-]+)[:(](.*?)$/s.exec(word) ?? []
    if (RATE.test(word)) found.set(word, words[++at] as string)
    else found.set(name ?? word, value ?? '')
  }
  return found
}

/** A number as `%g` prints it. */
const general = (number: number) => String(Number(number.toPrecision(6)))
const bps = (rate: number) => `${rate.toFixed(0)}bps`
/** Most numbers are left out if they are zero. */
const unlessZero = (value: number | bigint | undefined) => (value ? String(value) : undefined)
const ms = (value: number | undefined) => (value ? general(value) : undefined)

const memoryText = (memory: SocketMemory) => {
  const { rmemAlloc, rcvbuf, wmemAlloc, sndbuf, fwdAlloc, wmemQueued, optmem, backlog, drops } = memory
  return `(r${rmemAlloc},rb${rcvbuf},t${wmemAlloc},tb${sndbuf},f${fwdAlloc},w${wmemQueued},o${optmem},bl${backlog},d${drops})`
}

/** Descriptors, as pairs of process and descriptor, in any order. */
export const usersOf = (text: string) =>
  [...text.matchAll(/\("([^"]*)",pid=(\d+),fd=(\d+)\)/g)].map(([pair]) => pair).sort()

const usersText = ({ processes = [] }: Socket) =>
  processes
    .flatMap(({ name, id, descriptors }) => descriptors.map((fd) => `("${name}",pid=${id},fd=${fd})`))
    .sort()
    .join(',')

/** A word of ss that shows in which directions a socket is open. */
const arrows = (closed: readonly string[] = []) =>
  `${closed.includes('receive') ? '-' : '<'}-${closed.includes('send') ? '-' : '>'}`

function tcpDetails(tcp: TcpDetails, state: unknown): Record<string, string | undefined> {
  const has = (option: string) => ((tcp.options as readonly string[]).includes(option) ? '' : undefined)
  return {
    ...{ ts: has('TIMESTAMPS'), sack: has('SACK'), ecn: has('ECN'), ecnseen: has('ECN_SEEN') },
    wscale: has('WSCALE') === undefined ? undefined : `${tcp.sndWscale},${tcp.rcvWscale}`,
    rto: tcp.rto === 3000 ? undefined : ms(tcp.rto),
    backoff: unlessZero(tcp.backoff),
    rtt: tcp.rtt ? `${general(tcp.rtt)}/${general(tcp.rttvar)}` : undefined,
    ...{ ato: ms(tcp.ato), mss: unlessZero(tcp.sndMss), pmtu: unlessZero(tcp.pmtu), rcvmss: unlessZero(tcp.rcvMss) },
    ...{ advmss: unlessZero(tcp.advmss), cwnd: unlessZero(tcp.sndCwnd) },
    ssthresh: (tcp.sndSsthresh ?? 0xffff) < 0xffff ? unlessZero(tcp.sndSsthresh) : undefined,
    ...{ bytes_sent: unlessZero(tcp.bytesSent), bytes_retrans: unlessZero(tcp.bytesRetrans) },
    ...{ bytes_acked: unlessZero(tcp.bytesAcked), bytes_received: unlessZero(tcp.bytesReceived) },
    ...{ segs_out: unlessZero(tcp.segsOut), segs_in: unlessZero(tcp.segsIn) },
    ...{ data_segs_out: unlessZero(tcp.dataSegsOut), data_segs_in: unlessZero(tcp.dataSegsIn) },
    send: tcp.sendRate === undefined ? undefined : bps(tcp.sendRate),
    ...{ lastsnd: unlessZero(tcp.lastDataSent), lastrcv: unlessZero(tcp.lastDataRecv) },
    lastack: unlessZero(tcp.lastAckRecv),
    pacing_rate: tcp.pacingRate
      ? bps(tcp.pacingRate) + (tcp.maxPacingRate ? `/${bps(tcp.maxPacingRate)}` : '')
      : undefined,
    delivery_rate: tcp.deliveryRate ? bps(tcp.deliveryRate) : undefined,
    ...{ delivered: unlessZero(tcp.delivered), delivered_ce: unlessZero(tcp.deliveredCe) },
    app_limited: tcp.appLimited ? '' : undefined,
    busy: tcp.busyTime ? `${Math.floor(tcp.busyTime)}ms` : undefined,
    unacked: unlessZero(tcp.unacked),
    retrans: tcp.retrans || tcp.totalRetrans ? `${tcp.retrans}/${tcp.totalRetrans}` : undefined,
    lost: unlessZero(tcp.lost),
    sacked: state === 'listening' ? undefined : unlessZero(tcp.sacked),
    ...{ dsack_dups: unlessZero(tcp.dsackDups), fackets: unlessZero(tcp.fackets) },
    reordering: tcp.reordering === 3 ? undefined : String(tcp.reordering),
    ...{ reord_seen: unlessZero(tcp.reordSeen), rcv_rtt: ms(tcp.rcvRtt), rcv_space: unlessZero(tcp.rcvSpace) },
    ...{ rcv_ssthresh: unlessZero(tcp.rcvSsthresh), notsent: unlessZero(tcp.notsentBytes), minrtt: ms(tcp.minRtt) },
    ...{ rcv_ooopack: unlessZero(tcp.rcvOoopack), snd_wnd: unlessZero(tcp.sndWnd) },
  }
}

const timerNames: Readonly<Record<string, string>> = { probe0: 'persist', delack: 'unknown' }

function bbrText({ bbr }: InetSocket): string | undefined {
  if (bbr === undefined) return undefined
  const pacing = bbr.pacingGain ? `,pacing_gain:${general(bbr.pacingGain)}` : ''
  const cwnd = bbr.cwndGain ? `,cwnd_gain:${general(bbr.cwndGain)}` : ''
  return `(bw:${bps(bbr.bandwidth)},mrtt:${general(bbr.minRtt)}${pacing}${cwnd})`
}

/** Returns the details of a socket above IP as ss prints them with the options `-n -e -p -i -m -o`. */
export function inetDetails(socket: InetSocket): SsDetails {
  const { timer, tcp, congestion, memory } = socket
  const isTimeWait = socket.state === 'time-wait'
  const values: Record<string, string | undefined> = {
    users: usersText(socket) === '' ? undefined : `(${usersText(socket)})`,
    timer: timer && `(${timerNames[timer.name] ?? timer.name},${timer.expires}ms,${timer.retransmits})`,
    ...{ uid: unlessZero(socket.uid), ino: String(socket.inode), sk: socket.cookie.toString(16) },
    fwmark: socket.mark === undefined ? undefined : `0x${socket.mark.toString(16)}`,
    cgroup: socket.cgroupId === undefined ? undefined : `unreachable:${socket.cgroupId.toString(16)}`,
    v6only: socket.v6only === undefined ? undefined : String(Number(socket.v6only)),
    ...(isTimeWait ? {} : { [arrows(socket.closed)]: '' }),
    ...(memory && { skmem: memoryText(memory) }),
    ...(congestion && { [congestion]: '' }),
    ...(tcp && tcpDetails(tcp, socket.state)),
  }
  // ss prints bbr twice: as the name, and with its state.
  const bbr = bbrText(socket)
  if (bbr !== undefined) values.bbr = bbr
  return new Map(Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined))
}

/** Returns the details that both have of other kinds of sockets. */
export function plainDetails(socket: Exclude<Socket, InetSocket>): SsDetails {
  const values: Record<string, string | undefined> = {
    users: usersText(socket) === '' ? undefined : `(${usersText(socket)})`,
    ...(socket.memory && { skmem: memoryText(socket.memory) }),
  }
  if (socket.protocol === 'unix') values[arrows(socket.closed)] = ''
  return new Map(Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined))
}
