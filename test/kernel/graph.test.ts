import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { Netlink } from '@netloom/netlink'
import * as assert from 'uvu/assert'
import { UsageError } from '../../packages/netlink/dist/cli/declaration.js'
import { dump } from '../../packages/netlink/dist/cli/dump.js'
import { graph } from '../../packages/netlink/dist/cli/graph.js'
import { runHere } from '../support/cli.js'
import { inScratch, scratch } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'

const test = suiteNeeding('netloom graph', 'netns')

test('draws bridges, ports, pairs across namespaces, addresses and default routes', () =>
  inScratch(async (host) => {
    using web = scratch()
    host.ip('link', 'add', 'br0', 'up', 'type', 'bridge')
    host.ip('addr', 'add', '10.0.0.1/24', 'dev', 'br0')
    host.ip('link', 'add', 've0', 'up', 'master', 'br0', 'type', 'veth', 'peer', 'name', 'eth0', 'netns', web.name)
    web.ip('link', 'set', 'eth0', 'up')
    web.ip('addr', 'add', '10.0.0.7/24', 'dev', 'eth0')
    web.ip('route', 'add', 'default', 'via', '10.0.0.1')
    const one = await runHere(graph, '--netns', host.name)
    assert.equal(one.lines, [` ${host.name}`, '  br0 10.0.0.1/24', `  └─ ve0 ═══ ${web.name}: #2`])
    const { status, lines } = await runHere(graph, '--all-netns')
    assert.is(status, 0)
    const other = `${web.name}: eth0 10.0.0.7/24 ── default via 10.0.0.1`
    assert.ok(lines.includes(`  └─ ve0 ═══ ${other}`), lines.join('\n'))
    assert.ok(lines.includes(`  eth0 10.0.0.7/24 ── default via 10.0.0.1 ═══ ${host.name}: ve0`), lines.join('\n'))
    const svg = await runHere(graph, '--all-netns', '--format', 'svg')
    assert.match(svg.lines[0] ?? '', /^<svg /)
  }))

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
