import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { createLab } from '@netloom/netlink/lab'
import * as assert from 'uvu/assert'
import { type ExistingNamespace, inNamespace, inScratch } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'
import { typescript } from '../support/typescript.js'
import { until } from '../support/until.js'
import { examples, startExample } from '../tuntap/example.js'

// Runs the examples that watch, check and export the network of a host, and the one with a lab.

const test = suiteNeeding('examples about hosts', 'netns')

/** Runs an example in a namespace until it ends. Returns its exit code and the lines that it prints. */
function run({ name }: ExistingNamespace, example: string) {
  const args = ['netns', 'exec', name, process.execPath, ...typescript, join(examples, example)]
  const { status, stdout, stderr } = spawnSync('ip', args, { encoding: 'utf8' })
  assert.is(stderr, '')
  return { status, lines: stdout.trimEnd().split('\n') }
}

test('default-route prints the best default route, and runs a command', async () => {
  await using lab = await createLab({
    host: {
      links: [1, 2].map((net) => ({ name: `d${net}`, kind: 'veth', peer: { name: `p${net}` } }) as const),
      addresses: [1, 2].map((net) => ({ address: `192.0.${net}.2/24`, dev: `d${net}` })),
    },
  })
  const namespace = inNamespace(lab.ns.host.netns)
  const running = startExample(namespace, 'default-route.ts', 'sh', '-c', 'echo "reacts to $VIA on $DEV"')
  const expectLines = async (...lines: string[]) => {
    for (const line of lines) assert.is(await running.line(), line)
  }
  try {
    await expectLines('none', 'reacts to  on ')
    namespace.ip('route', 'add', 'default', 'via', '192.0.2.1', 'metric', '20')
    await expectLines('192.0.2.1 dev d2', 'reacts to 192.0.2.1 on d2')
    namespace.ip('route', 'add', 'default', 'via', '192.0.1.1', 'metric', '10')
    await expectLines('192.0.1.1 dev d1', 'reacts to 192.0.1.1 on d1')
    // A worse route changes nothing. The kernel removes the best one silently with its link.
    namespace.ip('route', 'add', 'default', 'via', '192.0.2.9', 'metric', '30')
    namespace.ip('link', 'set', 'd1', 'down')
    await expectLines('192.0.2.1 dev d2', 'reacts to 192.0.2.1 on d2')
  } finally {
    await running.end('SIGTERM')
  }
})

test('health-check finds links without a carrier, duplicate addresses and silent gateways', () =>
  inScratch(async (namespace) => {
    namespace.ip('link', 'set', 'lo', 'up')
    assert.equal(run(namespace, 'health-check.ts'), { status: 1, lines: ['no default route'] })
    namespace.ip('link', 'add', 'v0', 'up', 'type', 'veth', 'peer', 'name', 'v1')
    namespace.ip('addr', 'add', '192.0.2.2/24', 'dev', 'v0')
    namespace.ip('route', 'add', 'default', 'via', '192.0.2.1')
    assert.equal(run(namespace, 'health-check.ts'), { status: 1, lines: ['v0: no carrier'] })
    namespace.ip('link', 'set', 'v1', 'up')
    assert.equal(run(namespace, 'health-check.ts'), { status: 0, lines: ['3 links are well'] })

    namespace.ip('neigh', 'replace', '192.0.2.1', 'dev', 'v0', 'nud', 'failed')
    for (const dev of ['v0', 'v1']) namespace.ip('addr', 'add', '2001:db8::1/64', 'dev', dev)
    const isDuplicate = () => namespace.ip('-6', 'addr', 'show', 'dadfailed').some((each) => each.ifname)
    await until('the duplicate address to be found', isDuplicate)
    const { status, lines } = run(namespace, 'health-check.ts')
    assert.is(status, 1)
    assert.ok(lines.includes('v0: no answer from the gateway 192.0.2.1'))
    assert.ok(lines.some((line) => /^v[01]: another host has the address 2001:db8::1\/64$/.test(line)))
  }))

test('link-exporter serves the counters that ip prints', async () => {
  const links = [
    { name: 'br"\\0', kind: 'bridge' } as const,
    { name: 'v0', kind: 'veth', peer: { name: 'v1' } } as const,
  ]
  await using lab = await createLab({ host: { links }, other: { links: [{ name: 'br7', kind: 'bridge' }] } })
  const [namespace, other] = [inNamespace(lab.ns.host.netns), inNamespace(lab.ns.other.netns)]
  const running = startExample(namespace, 'link-exporter.ts', '0')
  try {
    const port = /port: (\d+)/.exec(await running.line())?.[1]
    const get = (path: string) => namespace.exec(process.execPath, ['-e', fetching, `http://127.0.0.1:${port}${path}`])
    // Namespaces of other tests come and go: the exporter answers 500 if one goes while it reads.
    let page = ''
    await until('a page', () => {
      const [status, text] = JSON.parse(get('/metrics'))
      page = text
      return status === 200
    })
    const sent = namespace.ip('-s', 'link', 'show', 'lo')[0].stats64.tx.bytes
    assert.ok(sent > 0)
    const counters = [...page.matchAll(/^link_tx_bytes_total\{netns="",dev="lo"\} (\d+)$/gm)].map(([, bytes]) => bytes)
    assert.is(counters.length, 1)
    assert.ok(Number(counters[0]) > 0 && Number(counters[0]) <= sent)
    assert.match(page, '# TYPE link_rx_packets_total counter\n')
    assert.match(page, 'link_rx_errors_total{netns="",dev="br\\"\\\\0"} 0\n')
    assert.match(page, `link_rx_bytes_total{netns="${other.name}",dev="br7"} 0\n`)
    assert.is(JSON.parse(get('/'))[0], 404)
  } finally {
    await running.end('SIGTERM')
  }
})

/** A program that prints the status and the text of a page as JSON. */
const fetching = `fetch(process.argv[1]).then(async (answer) => console.log(JSON.stringify([answer.status, await answer.text()])))`

test('three-routers uses the detour once the direct link is cut', () =>
  inScratch((namespace) => {
    assert.equal(run(namespace, 'three-routers.ts'), {
      status: 0,
      lines: ['there via 10.0.13.3, back via 10.0.13.1', 'there via 10.0.12.2, back via 10.0.23.2'],
    })
  }))

test.run()
