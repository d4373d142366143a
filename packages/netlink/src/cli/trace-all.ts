import type { CapturedProcess } from '../capture/format.js'
import { watch } from '../socket/index.js'
import { NetlinkMonitor } from './trace-nlmon.js'
import { Ports } from './trace-ports.js'
import type { TraceView } from './trace-show.js'
import { type PortedDatagram, WaitingDatagrams } from './trace-waiting.js'

/** Number of datagrams to read at once, so that signals are handled. */
const AT_ONCE = 4096

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

const now = () => BigInt(Math.round((performance.timeOrigin + performance.now()) * 1000)) * 1000n

/** Reads what has arrived. Returns true if there may be more. */
function drain(monitor: NetlinkMonitor, into: WaitingDatagrams): boolean {
  for (let count = 0; count < AT_ONCE; count++) {
    const datagram = monitor.receive()
    if (datagram === undefined) return false
    into.add({ ...datagram, time: now() })
  }
  return true
}

/** Lets a loop wait: for a signal, for a file, or until a time. */
class Wake implements Disposable {
  /** True if a signal came. */
  isStopped = false
  #wake = () => {}
  readonly #stop = () => {
    this.isStopped = true
    this.#wake()
  }

  constructor() {
    for (const signal of signals) process.on(signal, this.#stop)
  }

  /** Ends the present wait. */
  readonly now = (): void => this.#wake()

  /** Waits until `now` is called, a signal comes, or it is `deadline`, in nanoseconds since 1970. `arm` is called first. */
  async until(deadline: bigint | undefined, arm: () => void): Promise<void> {
    let timer: NodeJS.Timeout | undefined
    await new Promise<void>((resolve) => {
      this.#wake = resolve
      if (this.isStopped) resolve()
      arm()
      if (deadline !== undefined) timer = setTimeout(resolve, Math.max(0, Math.ceil(Number(deadline - now()) / 1e6)))
    })
    clearTimeout(timer)
  }

  [Symbol.dispose](): void {
    for (const signal of signals) process.off(signal, this.#stop)
  }
}

/** Traces all processes of a network namespace with an nlmon device, until a signal. */
export async function traceAll(netns: string | undefined, view: TraceView): Promise<void> {
  using wake = new Wake()
  using ports = new Ports(netns)
  using monitor = new NetlinkMonitor(netns)
  const waiting = new WaitingDatagrams()
  const readiness = watch(monitor.fd, wake.now)
  try {
    view.complain(`listening on ${monitor.name} until Ctrl-C`)
    for (let mayBeMore = false; !wake.isStopped && !view.isUnread; ) {
      if (mayBeMore) await new Promise((resolve) => setImmediate(resolve))
      else await wake.until(waiting.deadline, () => readiness.arm())
      mayBeMore = drain(monitor, waiting)
      print(waiting.take(now()), ports, view)
    }
    drain(monitor, waiting)
    print(waiting.take(now(), true), ports, view)
  } finally {
    readiness.close()
  }
  view.end()
}

function print(datagrams: readonly PortedDatagram[], ports: Ports, view: TraceView): void {
  for (const { port, ...datagram } of datagrams) {
    const found: CapturedProcess | undefined = port === 0 ? undefined : ports.find(datagram.protocol, port)
    // The trace itself looks up processes.
    if (found?.pid !== process.pid) view.add({ ...datagram, ...(found && { process: found }) })
  }
  view.flush()
}
