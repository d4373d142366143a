import { spawnSync } from 'node:child_process'
import type { Desired } from '@netloom/netlink'
import { createLab, type LabLink } from '@netloom/netlink/lab'
import * as assert from 'uvu/assert'
import { netTool } from '../support/net-tools.js'
import { until } from '../support/until.js'

/**
 * Changes the only uplink of a host, whose address is on `above`, so that the host is cut off. Checks that it is reachable again when the
 * time for the confirmation is over, without any help.
 */
export async function isUndoneByItself(above: LabLink<'host' | 'router'>, desired: Desired): Promise<void> {
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
    links: [{ name: 'eth0', master: above.name, up: true }],
    addresses: [{ address: '192.0.2.2/24', dev: above.name }],
    routes: [{ dst: 'default', via: '192.0.2.1' }],
  }
  await (await nl.plan(wired)).apply()
  const reaches = () => {
    const [program = '', ...args] = netTool('ping', '-c', 1, '-W', 1, '192.0.2.1')
    return spawnSync('ip', ['netns', 'exec', netns.name, program, ...args]).status === 0
  }
  await until('the router to answer', reaches)
  const plan = await nl.plan(desired)
  assert.equal(plan.conflicts, [])
  // Long enough for a ping that gets no answer.
  const { journal } = await plan.apply({ confirmWithin: 4000, allowLossy: true })
  assert.ok(journal)
  assert.not.ok(reaches(), 'the change cuts the host off')
  await until('the router to answer after the time for the confirmation', reaches)
  assert.ok((await nl.plan(wired)).isEmpty)
}
