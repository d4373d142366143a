import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import manifest from '../../packages/netlink/package.json' with { type: 'json' }

/** Everything works if code generation from strings is forbidden. */
const test = suite('no code generation')

const NO_CODE = '--disallow-code-generation-from-strings'

import '../support/built.js'

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url))
const netloom = path('../../packages/netlink/bundle/cli/main.js')
const folder = path('../captures/')
const captures = readdirSync(folder).filter((name) => /\.pcap(ng)?$/.test(name))

/** Runs a program and returns its standard output. */
function output(args: readonly string[], cwd = path('.')): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd, encoding: 'utf8', maxBuffer: 2 ** 28 })
  assert.is(status, 0, `${args.join(' ')}\n${stderr}`)
  return stdout
}

const program = (text: string) => ['--input-type=module', '-e', text]

test('the flag forbids new Function', () => {
  const { stderr } = spawnSync(process.execPath, [NO_CODE, ...program(`new Function('')`)], { encoding: 'utf8' })
  assert.match(stderr, 'EvalError')
})

for (const name of ['06-route.pcap', '10-nft.pcap', '10-conntrack.pcapng', 'uevent.pcap']) {
  for (const format of [[], ['--json']]) {
    test(`netloom decode ${[name, ...format].join(' ')}`, () => {
      assert.ok(captures.includes(name))
      const args = [netloom, 'decode', `${folder}${name}`, ...format]
      assert.is(output([NO_CODE, ...args]), output(args))
    })
  }
}

test('netloom dump links works', () => {
  const dumped = output([NO_CODE, netloom, 'dump', 'links'])
  assert.match(dumped, /^lo +1 /m)
})

test('netloom monitor works', async () => {
  const child = spawn(process.execPath, [NO_CODE, netloom, 'monitor', 'link'], { stdio: ['ignore', 'pipe', 'pipe'] })
  let errors = ''
  child.stderr.on('data', (data) => {
    errors += data
  })
  // Repeated, because the first signal may arrive before its handler is installed.
  const timer = setInterval(() => child.kill('SIGTERM'), 2000)
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null]
  clearInterval(timer)
  assert.is(errors, '')
  assert.ok(code === 0 || signal === 'SIGTERM', `${code} ${signal}`)
})

test('every entry point can be imported', () => {
  const names = Object.keys(manifest.exports).filter((name) => !name.endsWith('.json'))
  const imports = names.map((name) => `await import('@netloom/netlink${name.slice(1)}')`)
  assert.ok(imports.length > 10)
  output([NO_CODE, ...program(imports.join('\n'))])
})

/** Reads every exported struct from bytes that all differ. */
const structs = `
  import * as netlink from '@netloom/netlink'
  import * as route from '@netloom/netlink/route'
  import * as netfilter from '@netloom/netlink/netfilter'
  import * as diag from '@netloom/netlink/diag'
  import { structParser } from '${new URL('../../packages/netlink/dist/codec/binary-parser.js', import.meta.url)}'
  for (const each of [netlink, route, netfilter, diag].flatMap(Object.values)) {
    if (each?.layout?.type !== 'struct') continue
    const bytes = Uint8Array.from({ length: each.size + 3 }, (_, index) => (index * 37 + 129) & 0xff)
    for (const order of ['LE', 'BE']) {
      console.log(each.name, order, structParser(each, order)(bytes, 3))
      try { structParser(each, order)(bytes, 4) } catch (error) { console.log(error.message) }
    }
  }`

test('structs are decoded by their layout as by binary-parser', () => {
  const read = output([NO_CODE, ...program(structs)])
  assert.is(read, output(program(structs)))
  assert.ok(read.split('\n').length > 1000)
})

/** Calls codecs so often that they would be compiled. They must stay interpreted. */
const often = `
  import { linkMessage, routeMessage } from '@netloom/netlink/route'
  import { decode, encode } from '@netloom/netlink/codec'
  const values = [
    [linkMessage, { index: 3, attrs: { ifname: 'a', mtu: 9, linkinfo: { kind: 'vlan', data: { id: 7 } } } }],
    [routeMessage, { family: 2, attrs: { dst: '10.0.0.0', multipath: [{ ifindex: 2, attrs: { gateway: '10.0.0.1' } }] } }],
  ]
  for (let count = 0; count < 300; count++)
    for (const [declaration, value] of values) decode(declaration, encode(declaration, value))
  for (const [declaration, value] of values) {
    console.log(encode(declaration, value).toString('hex'), JSON.stringify(decode(declaration, encode(declaration, value))))
    try { encode(declaration, { attrs: { mtu: 5n, table: 5n } }) } catch (error) { console.log(String(error)) }
  }`

test('codecs that are called often stay interpreted', () => {
  assert.is(output([NO_CODE, ...program(often)]), output(program(often)))
})

/** Stands for a page with a Content-Security-Policy, where each attempt causes a report. */
const refusing = `
  let attempts = 0
  globalThis.Function = function () { attempts++; throw new EvalError('refused') }
  const { linkMessage } = await import('@netloom/netlink/route')
  const { decode, encode } = await import('@netloom/netlink/codec')
  const { readPcap, writePcap } = await import('@netloom/netlink/capture')
  const value = { index: 1, attrs: { ifname: 'lo', mtu: 5, linkinfo: { kind: 'vlan', data: { id: 7 } } } }
  let bytes
  for (let count = 0; count < 300; count++) decode(linkMessage, bytes = encode(linkMessage, value))
  const [read] = readPcap(writePcap([{ time: 1n, protocol: 0, packetType: 4, bytes }]))
  console.log(attempts, read.bytes.equals(bytes), decode(linkMessage, bytes).attrs.linkinfo.data.id)
`

test('code generation is tried only once', () => {
  assert.is(output(program(refusing)), '1 true 7\n')
})

test.run()
