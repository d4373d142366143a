import { setTimeout as sleep } from 'node:timers/promises'
import type { CapturedDatagram, CapturedProcess } from '../capture/format.js'
import { compile } from '../codec/index.js'
import { NETLINK, NLM_F, type Nlmsghdr, nlmsghdr } from '../message/index.js'
import { watch } from '../socket/index.js'
import { type Monitored, NetlinkMonitor } from './trace-nlmon.js'
import { Ports } from './trace-ports.js'
import type { TraceView } from './trace-show.js'

/** Milliseconds to wait for the answers of a request. They contain the port of its sender, which most requests do not. */
const COLLECT = 20

/** Number of datagrams to read at once, so that signals are handled. */
const AT_ONCE = 4096

const header = compile(nlmsghdr)

/** Returns the header of the first message, or undefined if there is none. */
const headerOf = ({ protocol, bytes }: Monitored): Nlmsghdr | undefined =>
  protocol === NETLINK.KOBJECT_UEVENT || bytes.length < nlmsghdr.size
    ? undefined
    : header.decode(bytes, 0, bytes.length)

/** Returns the port of the process that sends or receives each datagram: that of a request is in its answer. 0: unknown. */
export function portsOf(datagrams: readonly Monitored[]): number[] {
  const ofAnswer = new Map<string, number>()
  const ports = new Array<number>(datagrams.length).fill(0)
  for (let index = datagrams.length - 1; index >= 0; index--) {
    const datagram = datagrams[index]
    const first = datagram && headerOf(datagram)
    if (datagram === undefined || first === undefined) continue
    const key = `${datagram.protocol} ${first.seq}`
    const isRequest = (first.flags & NLM_F.REQUEST) !== 0
    ports[index] = first.pid === 0 && isRequest ? (ofAnswer.get(key) ?? 0) : first.pid
    if (!isRequest) ofAnswer.set(key, first.pid)
  }
  return ports
}

const now = () => BigInt(Math.round((performance.timeOrigin + performance.now()) * 1000)) * 1000n

/** Reads what has arrived. Returns true if there may be more. */
function drain(monitor: NetlinkMonitor, into: (Monitored & { readonly time: bigint })[]): boolean {
  for (let count = 0; count < AT_ONCE; count++) {
    const datagram = monitor.receive()
    if (datagram === undefined) return false
    into.push({ ...datagram, time: now() })
  }
  return true
}

/** Traces all processes of a network namespace with an nlmon device, until a signal. */
export async function traceAll(netns: string | undefined, view: TraceView): Promise<void> {
  let isStopped = false
  let wake = () => {}
  const stop = () => {
    isStopped = true
    wake()
  }
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  for (const signal of signals) process.on(signal, stop)
  try {
    using ports = new Ports(netns)
    using monitor = new NetlinkMonitor(netns)
    const readiness = watch(monitor.fd, () => wake())
    try {
      view.out.complain(`listening on ${monitor.name} until Ctrl-C`)
      while (!isStopped) {
        await new Promise<void>((resolve) => {
          wake = resolve
          readiness.arm()
        })
        const datagrams: (Monitored & { readonly time: bigint })[] = []
        drain(monitor, datagrams)
        await sleep(COLLECT)
        while (drain(monitor, datagrams) && datagrams.length < AT_ONCE * 4);
        print(datagrams, ports, view)
      }
    } finally {
      readiness.close()
    }
    view.end()
  } finally {
    for (const signal of signals) process.off(signal, stop)
  }
}

function print(datagrams: readonly (Monitored & { readonly time: bigint })[], ports: Ports, view: TraceView): void {
  const portIds = portsOf(datagrams)
  for (const [index, datagram] of datagrams.entries()) {
    const port = portIds[index] ?? 0
    const found: CapturedProcess | undefined = port === 0 ? undefined : ports.find(datagram.protocol, port)
    // The trace itself looks up processes.
    if (found?.pid === process.pid) continue
    const captured: CapturedDatagram = { ...datagram, ...(found && { process: found }) }
    view.add(captured)
  }
  view.out.flush()
}
