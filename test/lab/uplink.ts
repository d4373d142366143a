import { spawnSync } from 'node:child_process'
import { confirmApplied, type Desired, type Netlink } from '@netloom/netlink'
import { createLab, type LabLink } from '@netloom/netlink/lab'
import * as assert from 'uvu/assert'
import { netTool } from '../support/net-tools.js'
import { stateOf } from '../support/plan.js'
import { kill, lineOf, startCaller } from '../support/plan-call.js'
import { until } from '../support/until.js'

/** A link that has the address of a host, above the uplinks. */
export interface Wiring {
  readonly above: LabLink<'host' | 'router'>
  /** The uplinks that are its ports. `eth0` leads to the router, `eth1` nowhere. Default: `eth0`. */
  readonly ports?: readonly string[]
}

/** The course of a change that is not confirmed. */
export interface Course {
  /** Milliseconds until the change is undone. A ping without an answer must end before. Default: 4000. */
  readonly confirmWithin?: number
  /** True to apply the change in another process, and to kill it afterwards. */
  readonly killed?: boolean
}

/** A host whose only uplink is in the lab. */
interface Host {
  readonly nl: Netlink
  readonly path: string
  /** The state that the host must return to. */
  readonly wired: Desired
  /** True if the router answers. */
  reaches(): boolean
}

/** Creates a host and its router, and waits until the router answers. */
async function withHost({ above, ports = ['eth0'] }: Wiring, use: (host: Host) => Promise<void>): Promise<void> {
  await using lab = await createLab({
    host: {
      links: [
        { name: 'eth0', kind: 'veth', up: false, peer: { name: 'eth0', netns: 'router' } },
        { name: 'eth1', kind: 'veth', up: false, peer: { name: 'unused' } },
        above,
      ],
    },
    router: { addresses: [{ address: '192.0.2.1/24', dev: 'eth0' }] },
  })
  const { nl, netns } = lab.ns.host
  const wired: Desired = {
    links: ports.map((name) => ({ name, master: above.name, up: true })),
    addresses: [{ address: '192.0.2.2/24', dev: above.name }],
    routes: [{ dst: 'default', via: '192.0.2.1' }],
  }
  await (await nl.plan(wired)).apply()
  const reaches = () => {
    const [program = '', ...args] = netTool('ping', '-c', 1, '-W', 1, '192.0.2.1')
    return spawnSync('ip', ['netns', 'exec', netns.name, program, ...args]).status === 0
  }
  await until('the router to answer', reaches)
  await use({ nl, path: netns.path, wired, reaches })
}

/** Applies a change, which may be in a process that is killed afterwards. Returns the name of its journal. */
async function apply({ nl, path }: Host, desired: Desired, confirmWithin: number, isKilled = false): Promise<string> {
  const plan = await nl.plan(desired)
  assert.equal(plan.conflicts, [])
  assert.not.ok(plan.isEmpty)
  if (!isKilled) return String((await plan.apply({ confirmWithin, allowLossy: true })).journal)
  const caller = startCaller(path, desired, confirmWithin)
  const journal = await lineOf(caller)
  await kill(caller)
  return journal
}

/**
 * Changes the only uplink of a host so that it is cut off. Checks that the router answers again when the time for the confirmation is
 * over, without any help, and that the state is the one before.
 */
export const isUndoneByItself = (wiring: Wiring, desired: Desired, { confirmWithin = 4000, killed }: Course = {}) =>
  withHost(wiring, async (host) => {
    const { nl, wired, reaches } = host
    const before = await stateOf(nl)
    await apply(host, desired, confirmWithin, killed)
    await until('the change to cut the host off', () => !reaches())
    await until('the router to answer after the time for the confirmation', reaches)
    assert.ok((await nl.plan(wired)).isEmpty)
    await until('the state before', async () => JSON.stringify(await stateOf(nl)) === JSON.stringify(before)).catch(
      () => {},
    )
    assert.equal(await stateOf(nl), before)
  })

/** Changes the only uplink of a host, which stays reachable. Checks that another process keeps the change by its journal. */
export const isKeptIfConfirmed = (wiring: Wiring, desired: Desired, course: Course = {}) =>
  withHost(wiring, async (host) => {
    const journal = await apply(host, desired, 600_000, course.killed)
    await until('the router to answer after the change', host.reaches)
    confirmApplied(journal)
    assert.ok((await host.nl.plan(desired)).isEmpty)
    assert.ok((await host.nl.plan(host.wired)).isEmpty)
    assert.throws(() => confirmApplied(journal), /does not/)
  })
