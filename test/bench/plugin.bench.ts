// Measures whole processes from start to exit: the plugin as an executable and on Node, compared with upstream's `tap`. The
// contenders take turns in one run. Ratios are to upstream's median.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Namespace, scratch } from '../support/netns.js'
import type { Call } from '../support/plugin.js'
import {
  type Contender,
  executable,
  onNode,
  timed,
  timedTogether,
  upstream,
  upstreamPlugins,
  usage,
} from './plugin/contenders.js'
import { Measured, report } from './plugin/report.js'

const all = [upstream, executable, ...onNode]

const configuration = (keys: object = {}) => ({ cniVersion: '1.0.0', name: 'bench', type: 'tap', ...keys })

const callOf = ({ path }: Namespace, config: object, ifname = 'tap0'): Call => ({
  containerId: 'c1',
  netns: path,
  ifname,
  path: upstreamPlugins,
  config,
})

/** Runs rounds in which the contenders take turns. */
function rounds(count: number, contenders: readonly Contender[], run: (contender: Contender) => void): void {
  for (let round = 0; round < count; round++)
    for (const contender of contenders) if (round % contender.every === 0) run(contender)
}

/** Measures ADD, CHECK and DEL of a device without addresses. */
function attachments(namespace: Namespace): Measured[] {
  const add = new Measured('ADD of an L2 tap', 1)
  const check = new Measured('CHECK', 1.8)
  const del = new Measured('DEL', 1.15)
  const together = new Measured('ADD + CHECK + DEL', 1.1)
  rounds(60, all, (contender) => {
    const call = callOf(namespace, configuration())
    const added = timed(contender, { ...call, command: 'ADD' })
    const prevResult = JSON.parse(added.stdout)
    const checked = timed(contender, { ...call, command: 'CHECK', config: configuration({ prevResult }) })
    const deleted = timed(contender, { ...call, command: 'DEL' })
    add.add(contender.name, added.milliseconds)
    check.add(contender.name, checked.milliseconds)
    del.add(contender.name, deleted.milliseconds)
    together.add(contender.name, added.milliseconds + checked.milliseconds + deleted.milliseconds)
  })
  return [add, check, del, together]
}

/** Measures ADD with further keys. The DEL that follows is not measured. */
function adds(namespace: Namespace, measured: Measured, keys: object, count: number, contenders = all): Measured {
  rounds(count, contenders, (contender) => {
    const call = callOf(namespace, configuration(keys))
    measured.add(contender.name, timed(contender, { ...call, command: 'ADD' }).milliseconds)
    timed(contender, { ...call, command: 'DEL' })
  })
  return measured
}

/** Measures 255 concurrent ADDs. Each round has its own namespace; removing that removes the devices. */
async function concurrentAdds(): Promise<Measured> {
  const measured = new Measured('255 concurrent ADDs', 1.2)
  for (let round = 0; round < 5; round++) {
    for (const contender of [upstream, executable]) {
      using namespace = scratch()
      const calls = Array.from({ length: 255 }, (_, index) => callOf(namespace, configuration(), `tap${index}`))
      const milliseconds = await timedTogether(
        contender,
        calls.map((call) => ({ ...call, command: 'ADD' })),
      )
      measured.add(contender.name, milliseconds)
    }
  }
  return measured
}

/** Measures ADD with a redirected interface against a plain ADD of the executable. */
function redirectedAdds(): Measured {
  using namespace = scratch()
  namespace.ip('link', 'add', 'eth0', 'up', 'type', 'veth', 'peer', 'name', 'peer0')
  const measured = new Measured('ADD with redirect, compared with a plain ADD', 1.3)
  const kinds = { 'plain ADD': {}, executable: { redirect: 'eth0' } }
  for (let round = 0; round < 60; round++) {
    for (const [name, keys] of Object.entries(kinds)) {
      const call = callOf(namespace, configuration(keys))
      measured.add(name, timed(executable, { ...call, command: 'ADD' }).milliseconds)
      timed(executable, { ...call, command: 'DEL' })
    }
  }
  return measured
}

/** Measures GC of namespaces with one stale tap each, against the limit of 2 ms of CPU for each. */
function collections(): Measured[] {
  const count = 250
  return Object.entries({ 'stale taps': {}, 'stale redirected taps': { redirect: 'eth0' } }).map(([name, keys]) => {
    const measured = new Measured(`GC of ${count} namespaces with ${name}`, 1, 'ms CPU')
    const namespaces = Array.from({ length: count }, () => scratch())
    try {
      for (const namespace of namespaces) {
        namespace.ip('link', 'add', 'eth0', 'type', 'veth', 'peer', 'name', 'peer0')
        timed(executable, { ...callOf(namespace, configuration(keys)), command: 'ADD' })
      }
      const config = { ...configuration(keys), cniVersion: '1.1.0', 'cni.dev/valid-attachments': [] }
      const { cpu } = usage(executable, { command: 'GC', path: upstreamPlugins, config })
      const left = namespaces.filter((namespace) => namespace.ip('link').some(({ ifname }) => ifname === 'tap0'))
      if (left.length > 0) throw new Error(`expected GC to remove all taps, found ${left.length}`)
      measured.add('limit', 2 * count)
      measured.add('executable', cpu)
    } finally {
      for (const namespace of namespaces) namespace.remove()
    }
    return measured
  })
}

const manyRoutes = Array.from({ length: 1000 }, (_, at) => ({ dst: `10.${100 + (at >> 8)}.${at & 0xff}.0/24` }))

const withRoutes = (routes: readonly object[]) => ({
  ipam: { type: 'static', addresses: [{ address: '10.0.0.2/24', gateway: '10.0.0.1' }], routes },
})

/** Measures ADD and CHECK with routes: CPU time including that of the IPAM plugin, and elapsed time. */
function routed(namespace: Namespace, name: string, keys: object, bars: { add?: number; check: number }): Measured[] {
  const addCpu = new Measured(`ADD ${name}`, bars.add, 'ms CPU')
  const addWall = new Measured(`ADD ${name}, elapsed`)
  const checkCpu = new Measured(`CHECK ${name}`, bars.check, 'ms CPU')
  const checkWall = new Measured(`CHECK ${name}, elapsed`)
  rounds(7, [upstream, executable], (contender) => {
    const call = callOf(namespace, configuration(keys))
    const added = timed(contender, { ...call, command: 'ADD' })
    addWall.add(contender.name, added.milliseconds)
    const check = {
      ...call,
      command: 'CHECK',
      config: configuration({ ...keys, prevResult: JSON.parse(added.stdout) }),
    }
    checkWall.add(contender.name, timed(contender, check).milliseconds)
    checkCpu.add(contender.name, usage(contender, check).cpu)
    timed(contender, { ...call, command: 'DEL' })
    addCpu.add(contender.name, usage(contender, { ...call, command: 'ADD' }).cpu)
    timed(contender, { ...call, command: 'DEL' })
  })
  return [addCpu, addWall, checkCpu, checkWall]
}

/** Adds routes through another device, as a daemon in the pod could. */
function addForeignRoutes(namespace: Namespace): void {
  const routes = Array.from(
    { length: 60_000 },
    (_, at) => `route add 100.${64 + (at >> 16)}.${(at >> 8) & 0xff}.${at & 0xff}/32 dev veth0\n`,
  )
  const input = `link add veth0 up type veth peer name veth1\n${routes.join('')}`
  namespace.exec('ip', ['-batch', '-'], { input })
}

function memory(namespace: Namespace): Measured {
  const measured = new Measured('peak memory of ADD', undefined, 'MiB')
  rounds(3, all, (contender) => {
    const call = callOf(namespace, configuration())
    measured.add(contender.name, usage(contender, { ...call, command: 'ADD' }).memory)
    timed(contender, { ...call, command: 'DEL' })
  })
  return measured
}

async function main(): Promise<void> {
  using namespace = scratch()
  namespace.exec('ip', ['link', 'set', 'lo', 'up'])
  const folder = mkdtempSync(join(tmpdir(), 'netloom-bench-'))
  try {
    const hostLocal = { type: 'host-local', dataDir: folder, subnet: '10.1.2.0/24' }
    const ipv6 = { type: 'static', addresses: [{ address: '2001:db8::2/64', gateway: '2001:db8::1' }] }
    report([
      ...attachments(namespace),
      adds(namespace, new Measured('ADD with host-local', 0.95), { ipam: hostLocal }, 40),
      adds(namespace, new Measured('ADD with owner and group', 1.6), { owner: 1000, group: 1000 }, 40),
      adds(namespace, new Measured('ADD with an IPv6 gateway', 0.05), { ipam: ipv6 }, 2),
      await concurrentAdds(),
      ...routed(namespace, 'with 1,000 routes', withRoutes(manyRoutes), { add: 0.6, check: 0.6 }),
      memory(namespace),
      redirectedAdds(),
      ...collections(),
    ])
    addForeignRoutes(namespace)
    report(routed(namespace, 'next to 60,000 foreign routes', withRoutes(manyRoutes.slice(0, 10)), { check: 1 }))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

await main()
