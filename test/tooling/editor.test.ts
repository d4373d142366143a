import { mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { checkOperations, names, servers } from '../support/api-in-editor.js'
import { sameLines } from '../support/same-lines.js'

/** Tests the API in an editor. pack.test.ts does the same with the installed package. */
const test = suite('the API in an editor')

const root = realpathSync(fileURLToPath(new URL('../..', import.meta.url)))

for (const [server, start] of Object.entries(servers))
  test(`${server}: hover shows the documentation of every operation, and its definition is in the sources`, async () => {
    // Outside of the repository, as a user has it.
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'netloom-editor-')))
    try {
      symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
      writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
      await checkOperations(start, folder, join(root, 'packages/netlink'))
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

/** Calls with an option, and a text of its documentation. */
type Rows = readonly (readonly [call: string, option: string, text: string])[]

/** Options that are times, and their units. */
const times: Rows = [
  [`nl.link.add({ name: 'x', kind: 'bridge', data: { ageingTime: 1 } })`, 'ageingTime', 'Hundredths of a second'],
  [`nl.link.set('x', { kind: 'bond', data: { miimon: 1 } })`, 'miimon', 'Milliseconds'],
  [`nl.link.add({ name: 'x', kind: 'vxlan', data: { ageing: 1 } })`, 'ageing', 'Seconds'],
  [`nl.address.add({ address: '::1', dev: 'x', validLifetime: 1 })`, 'validLifetime', 'Seconds'],
  [`nl.route.add({ dst: 'default', expires: 1 })`, 'expires', 'seconds'],
  [`nl.route.add({ dst: 'default', rtoMin: 1 })`, 'rtoMin', 'Milliseconds'],
  [`nl.qdisc.add({ dev: 'x', kind: 'fq_pie', options: { target: 1 } })`, 'target', 'Microseconds'],
  [`nl.link.list({}, { timeout: 1 })`, 'timeout', 'Milliseconds'],
]

const qdisc = (kind: string, options: string) => `nl.qdisc.add({ dev: 'x', kind: '${kind}', options: { ${options} } })`
const trafficClass = (kind: string, options: string) =>
  `nl.class.add({ dev: 'x', handle: '1:1', kind: '${kind}', options: { ${options} } })`
const filter = (kind: string, options: string, actions = '[]') =>
  `nl.filter.add({ dev: 'x', kind: '${kind}', options: { ${options} }, actions: ${actions} })`
const action = (kind: string, options: string) => `nl.action.add({ kind: '${kind}', options: { ${options} } })`

/** Options of tc: those that only the words have, those that the wire has with the same name, and those in lists and objects. */
const tc: Rows = [
  [qdisc('htb', 'directQlen: 1'), 'directQlen', 'Packets'],
  [qdisc('tbf', `rate: '1mbit', burst: 1, latency: 1`), 'latency', 'microseconds'],
  [qdisc('netem', 'delay: 1'), 'delay', 'microseconds'],
  [qdisc('netem', `slot: { min: 1 }`), 'min', 'microseconds'],
  [qdisc('netem', `gemodel: { lossInBad: '1%' }`), 'lossInBad', 'percentage'],
  [qdisc('cake', 'bandwidth: 1'), 'bandwidth', 'bits per second'],
  [qdisc('cake', 'rtt: 1'), 'rtt', 'microseconds'],
  [qdisc('fq', `maxrate: '1mbit'`), 'maxrate', 'bits per second'],
  [qdisc('fq', 'quantum: 1'), 'quantum', 'Bytes'],
  [qdisc('codel', 'limit: 1, interval: 1'), 'limit', 'Packets'],
  [qdisc('red', `limit: 1, avpkt: '1kb'`), 'avpkt', 'bytes'],
  [qdisc('taprio', 'entries: [{ gates: 1, interval: 1 }]'), 'interval', 'microseconds'],
  [trafficClass('htb', `rate: '1mbit', ceil: '2mbit'`), 'ceil', 'bits per second'],
  [trafficClass('htb', `rate: '1mbit', mpu: 1`), 'mpu', 'bytes'],
  [trafficClass('hfsc', 'rt: { umax: 1 }'), 'umax', 'bytes'],
  [filter('flower', 'ipTtl: { value: 1, mask: 1 }'), 'ipTtl', '0 to 255'],
  [filter('flower', `classid: '1:1'`), 'classid', '`1:10`'],
  [filter('flower', 'mpls: [{ depth: 1, label: 1 }]'), 'label', '1048575'],
  [filter('u32', 'match: { ip: { ttl: 1 } }'), 'ttl', '0 to 255'],
  [filter('u32', 'match: { u32: [{ at: 1, value: 1, mask: 1 }] }'), 'at', 'Bytes'],
  [filter('basic', `match: [{ meta: 'pktlen', value: 1 }]`), 'meta', 'bytes'],
  [filter('matchall', '', `[{ kind: 'police', options: { rate: '1mbit', burst: 1 } }]`), 'burst', 'Bytes'],
  [action('police', 'packetRate: 1'), 'packetRate', 'packets per second'],
  [action('pedit', 'edits: [{ offset: 0, size: 1, set: 1 }]'), 'offset', 'Bytes'],
  [action('vlan', `action: 'push', id: 1`), 'id', '0 to 4094'],
  [action('mirred', `egress: 'mirror', dev: 'x'`), 'dev', 'name'],
  [action('sample', `rate: 1, group: 1, trunc: 1, control: 'pipe'`), 'control', '`drop`'],
  // Options of the wire: their documentation is that of the declarations.
  [qdisc('fq_pie', 'tupdate: 1'), 'tupdate', 'Microseconds'],
  [qdisc('cake', 'baseRate64: 1n'), 'baseRate64', 'Bytes per second'],
]

/** Checks that hover shows the texts of options, in a program outside of the repository. */
async function checkOptions(start: (typeof servers)[string], rows: Rows): Promise<void> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'netloom-editor-')))
  try {
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
    const compilerOptions = { module: 'nodenext', target: 'es2022', lib: ['es2023', 'esnext.disposable'], strict: true }
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions }))
    const head = [`import { Netlink } from '@netloom/netlink'`, 'const nl = Netlink.open()']
    const text = [...head, ...rows.map(([call]) => call), ''].join('\n')
    const program = join(folder, 'program.ts')
    writeFileSync(program, text)
    const editor = await start(program, text)
    try {
      const missing: string[] = []
      for (const [index, [call, option, expected]] of rows.entries()) {
        const hover = await editor.hover({ line: head.length + index, character: call.indexOf(`${option}:`) })
        if (!hover.includes(expected)) missing.push(`${call}: ${option}: ${hover}`)
      }
      sameLines(missing, [])
    } finally {
      editor.close()
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

// Version 7 shows no documentation of members of a union in an object literal.
for (const [server, start] of Object.entries(servers).filter(([name]) => name === 'TypeScript 5.9')) {
  test(`${server}: hover shows the units of times`, () => checkOptions(start, times))
  test(`${server}: hover shows the units of options of tc`, () => checkOptions(start, tc))
}

test('every operation has a synchronous form', () => {
  const asynchronous = names.filter((name) => !name.endsWith('Sync'))
  assert.is(asynchronous.length * 2, names.length)
  for (const name of asynchronous) assert.ok(names.includes(`${name}Sync`), name)
})

test.run()
