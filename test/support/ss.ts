import type { InetSocket } from '@netloom/netlink'
import type { Namespace } from './netns.js'

/** A line of `ss`: its columns, and the rest with the details. */
export interface SsLine {
  readonly netid: string
  readonly state: string
  readonly recvQueue: string
  readonly sendQueue: string
  readonly local: string
  readonly peer: string
  readonly rest: string
}

/** Runs `ss` in a namespace. It leaves out the columns `netid` and `state` if all sockets have the same: they are empty. */
export function ss({ exec }: Pick<Namespace, 'exec'>, options: string, filter: readonly string[] = []): SsLine[] {
  // It complains if no cgroup of version 2 is mounted.
  const stdio = ['ignore', 'pipe', 'ignore'] as const
  const printed = exec('ss', ['-H', '-O', '-n', ...options.split(' '), ...filter], { stdio: [...stdio] })
  return printed
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [, netid = '', state = '', recvQueue = '', sendQueue = '', local = '', peer = '', rest = ''] =
        /^(?:([a-z_0-9?]+)\s+)?(?:([A-Z][A-Z0-9-]+)\s+)?(\d+)\s+(\d+)\s+(\S+)\s+(\S+)\s*(.*)$/.exec(line) ?? []
      return { netid, state, recvQueue, sendQueue, local, peer, rest }
    })
}

/** ss's words for states in its output, by those of its filters. */
export const printedStates: Readonly<Record<string, string>> = {
  ...{ established: 'ESTAB', 'syn-sent': 'SYN-SENT', 'syn-recv': 'SYN-RECV', 'fin-wait-1': 'FIN-WAIT-1' },
  ...{ 'fin-wait-2': 'FIN-WAIT-2', 'time-wait': 'TIME-WAIT', unconnected: 'UNCONN', 'close-wait': 'CLOSE-WAIT' },
  ...{ 'last-ack': 'LAST-ACK', listening: 'LISTEN', closing: 'CLOSING' },
}

/** Returns an address and a port as `ss -n` prints them. */
function end(address: string, port: number, { v6only }: InetSocket, dev = ''): string {
  const host = address === '::' && !v6only ? '*' : address.includes(':') ? `[${address}]` : address
  return `${host}${dev}:${port === 0 ? '*' : port}`
}

/** Returns a socket as ss prints its columns. `devName` is that of its link. */
export function columnsOf(socket: InetSocket, devName?: string): Omit<SsLine, 'rest'> {
  return {
    netid: socket.protocol,
    state: printedStates[socket.state] ?? String(socket.state),
    recvQueue: String(socket.recvQueue),
    sendQueue: String(socket.sendQueue),
    local: end(socket.src, socket.sport, socket, devName === undefined ? '' : `%${devName}`),
    peer: end(socket.dst, socket.dport, socket),
  }
}
