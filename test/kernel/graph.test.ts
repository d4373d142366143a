import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { Netlink } from '@netloom/netlink'
import { createLabSync } from '@netloom/netlink/lab'
import * as assert from 'uvu/assert'
import { UsageError } from '../../packages/netlink/dist/cli/declaration.js'
import { dump } from '../../packages/netlink/dist/cli/dump.js'
import { graph } from '../../packages/netlink/dist/cli/graph.js'
import { runHere } from '../support/cli.js'
import { inScratch } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'

const test = suiteNeeding('netloom graph', 'netns')

test('draws bridges, ports, pairs across namespaces, addresses and default routes', async () => {
  using lab = createLabSync({
    host: {
      links: [
        { name: 'br0', kind: 'bridge' },
        { name: 've0', kind: 'veth', master: 'br0', peer: { name: 'eth0', netns: 'web' } },
      ],
      addresses: [{ address: '10.0.0.1/24', dev: 'br0' }],
    },
    web: {
      addresses: [{ address: '10.0.0.7/24', dev: 'eth0' }],
      routes: [{ dst: 'default', via: '10.0.0.1' }],
    },
  })
  const [host, web] = [lab.ns.host.netns.name, lab.ns.web.netns.name]
  const one = await runHere(graph, '--netns', host)
  assert.equal(one.lines, [` ${host}`, '  br0 10.0.0.1/24', `  └─ ve0 ═══ ${web}: #2`])
  const { status, lines } = await runHere(graph, '--all-netns')
  assert.is(status, 0)
  const other = `${web}: eth0 10.0.0.7/24 ── default via 10.0.0.1`
  assert.ok(lines.includes(`  └─ ve0 ═══ ${other}`), lines.join('\n'))
  assert.ok(lines.includes(`  eth0 10.0.0.7/24 ── default via 10.0.0.1 ═══ ${host}: ve0`), lines.join('\n'))
  const svg = await runHere(graph, '--all-netns', '--format', 'svg')
  assert.match(svg.lines[0] ?? '', /^<svg /)
})

test('--all-netns also reads namespaces of processes that have only an id', () =>
  inScratch(async () => {
    const process = spawn('unshare', ['-n', 'sh', '-c', 'ip link add br7 type bridge; echo; exec cat'])
    try {
      await once(process.stdout, 'data')
      using nl = Netlink.open()
      nl.nsid.setSync({ pid: process.pid as number }, 7311)
      const { lines } = await runHere(graph, '--all-netns')
      assert.is(lines[lines.indexOf(' nsid 7311') + 1], '  br7  down', lines.join('\n'))
      const links = await runHere(dump, 'links', '--all-netns', '--columns', 'ifname')
      assert.ok(
        links.lines.some((line) => /^nsid 7311 +br7$/.test(line)),
        links.lines.join('\n'),
      )
    } finally {
      process.kill()
      await once(process, 'exit')
    }
  }))

test('rejects several sources', async () => {
  for (const args of [
    ['a.pcap', '--all-netns'],
    ['--netns', 'x', '--all-netns'],
    ['--format', 'png'],
  ]) {
    const error = await runHere(graph, ...args).catch((caught: unknown) => caught)
    assert.instance(error, UsageError)
  }
})

test.run()
