import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { decode, encode } from '@netloom/netlink/codec'
import type { GenericFamily } from '@netloom/netlink/generic'
import { familyOfSpec, generate, loadProtocol, loadSpec, parseSpec, SpecError } from '@netloom/netlink/spec'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { generate as command } from '../../packages/netlink/dist/cli/generate.js'
import { runHere } from '../support/cli.js'
import { rejects } from '../support/rejects.js'
import { ownSpec } from './own.js'

const test = suite('families from YAML specs')

const folder = mkdtempSync(new URL('generated-', import.meta.url).pathname)
test.after(() => rmSync(folder, { recursive: true }))

function written(name: string, text: string): string {
  const file = join(folder, name)
  writeFileSync(file, text)
  return file
}

const family = familyOfSpec(await parseSpec(ownSpec))
const lamp = (of: GenericFamily = family) => of.messages.LAMP_OP_GET?.[1] as Parameters<typeof encode>[0]

const coast = { zone: 1, depth: 2, label: 'reef', mac: '02:00:00:00:00:01', tide: -3n, last: 7 }
const value = {
  cmd: 1,
  version: 3,
  attrs: {
    id: 1,
    colour: 7,
    options: 0x11,
    colours: 1 << 8,
    lit: true,
    title: 'north',
    raw: Buffer.from('beef', 'hex'),
    reach: 2n ** 40n,
    offset: -1n,
    port: 0x1234,
    shift: -2,
    server: '192.0.2.1',
    peer: '2001:db8::1',
    hardware: '02:00:00:00:00:02',
    mask: { value: 1, selector: 17 },
    coast,
    heights: [1, 2],
    keeper: [{ name: 'Ann', assistant: { name: 'Bo' } }, { name: 'Cy' }],
    rooms: [[4, { name: 'Di' }]],
    weights: [
      [1, 10],
      [2, 20],
    ],
    shifts: [[1, [[2, { name: 'Ed' }]]]],
    kind: 'both',
    data: { ...coast, attrs: { pressure: 9 } },
    inner: { more: { ...coast, attrs: { pressure: 8 } } },
    '3dView': 3,
  },
}

test('each type of attribute is encoded and decoded', () => {
  const bytes = encode(lamp(), value)
  assert.equal(decode(lamp(), bytes), value)
})

test('bytes are those of the kernel', () => {
  const bytesOf = (attrs: object) => encode(lamp(), { cmd: 1, version: 3, attrs }).subarray(4).toString('hex')
  // Numbers that a spec leaves out follow the one before; an unused one counts.
  assert.is(bytesOf({ colour: 2 }), '0500030002000000')
  assert.is(bytesOf({ lit: true }), '04000a00')
  assert.is(bytesOf({ port: 0x1234 }), '06000f0012340000')
  assert.is(bytesOf({ shift: -2 }), '06001000feff0000')
  assert.is(bytesOf({ server: '192.0.2.1' }), '08001100c0000201')
  // struct coast of a C compiler: padding before depth, before tide and at the end.
  const struct =
    '01000000' +
    '00000002' +
    '72656566' +
    '020000000001' +
    '0000' +
    '00000000' +
    'fdffffffffffffff' +
    '0700' +
    '000000000000'
  assert.is(bytesOf({ coast }).slice(8), struct)
})

test('sets, constants and messages have the names of the kernel', () => {
  const unknown = { cmd: 1, version: 3, attrs: { colour: 'red' } }
  assert.throws(
    () => encode(lamp(), unknown),
    /LIGHTHOUSE_A_LAMP_COLOUR: .*LIGHTHOUSE_COLOUR_RED \(2\), LIGHTHOUSE_COLOUR_GREEN \(7\), LIGHTHOUSE_COLOUR_BLUE \(8\)/,
  )
  const nested = { cmd: 1, version: 3, attrs: { keeper: [{ name: 5 }] } }
  assert.throws(() => encode(lamp(), nested), /LIGHTHOUSE_A_LAMP_KEEPER.* > KEEPER_ATTR_NAME: expected a string, got 5/)
  assert.equal(Object.keys(family.messages), ['LAMP_OP_GET', 'LAMP_OP_SET', 'LAMP_OP_VISIT'])
  assert.is(family.byCommand(5, true)?.name, 'LAMP_OP_GET_REPLY')
  assert.is(family.byCommand(6, true)?.name, 'LAMP_EVENT_GONE')
  assert.is(family.byCommand(7, true)?.name, 'LAMP_EVENT_STORM')
  assert.is(family.byCommand(9, false)?.name, 'LAMP_OP_SET')
  assert.is(family.version, 3)
})

test('a fixed header precedes the attributes', () => {
  const visit = family.messages.LAMP_OP_VISIT?.[1] as Parameters<typeof encode>[0]
  const message = { cmd: 10, version: 3, ...coast, attrs: { name: 'Ann' } }
  assert.equal(decode(visit, encode(visit, message)), message)
})

test('a generated module declares the same', async () => {
  const file = written('lighthouse.ts', generate(await parseSpec(ownSpec)))
  const module = await import(pathToFileURL(file).href)
  assert.equal(encode(lamp(module.lighthouse), value), encode(lamp(), value))
  assert.equal(decode(lamp(module.lighthouse), encode(lamp(), value)), value)
  assert.equal(module.lighthouse.byCommand(6, true)?.name, 'LAMP_EVENT_GONE')
})

test('netloom generate prints the module', async () => {
  const file = written('own.yaml', ownSpec)
  const { status, lines } = await runHere(command, file)
  assert.is(status, 0)
  assert.is(`${lines.join('\n')}\n`, generate(await parseSpec(ownSpec)))
})

test('text of a spec cannot become code', async () => {
  const hostile = `
name: x
doc: "end */ process.exit(1) \\u001b[31m"
definitions:
  - { name: e, type: enum, entries: [a] }
attribute-sets:
  - { name: s, doc: "*/ throw 1 //", attributes: [{ name: a, type: u8, enum: e, doc: "*/ }" }] }
operations: { list: [{ name: get, doc: "\\u2028*/", attribute-set: s, do: { request: { attributes: [a] } } }] }`
  const file = written('hostile.ts', generate(await parseSpec(hostile)))
  assert.not.ok(['\u001b', '\u2028'].some((character) => readFileSync(file, 'utf8').includes(character)))
  assert.is((await import(pathToFileURL(file).href)).x.name, 'x')
  await rejects(
    parseSpec(ownSpec.replace('name: lamp\n', 'name: "a\'); process.exit(1); (\'"\n')),
    /expected a name of letters/,
  )
})

async function refused(text: string, expected: string) {
  try {
    familyOfSpec(await parseSpec(text))
  } catch (error) {
    assert.instance(error, SpecError)
    assert.is((error as SpecError).code, 'ERR_NETLINK_SPEC')
    assert.is((error as SpecError).message, expected)
    return
  }
  assert.unreachable(`expected an error: ${expected}`)
}

test('errors name the place, what was expected and what was found', async () => {
  const changed = (from: string, to: string) => {
    assert.ok(ownSpec.includes(from), from)
    return ownSpec.replace(from, to)
  }
  await refused(
    changed('enum: colour }\n      - { name: options', 'enum: color }\n      - { name: options'),
    'attribute-sets > lamp > colour > enum: expected an enum or flags of the definitions, got "color"',
  )
  await refused(
    changed('nested-attributes: inner', 'nested-attributes: outer'),
    'attribute-sets > lamp > inner: expected one of the attribute-sets, got "outer"',
  )
  await refused(
    changed('struct: coast', 'struct: cost'),
    'attribute-sets > lamp > coast: expected a struct of the definitions, got "cost"',
  )
  await refused(
    changed(
      'sub-message: data, selector: kind }\n      - { name: inner',
      'sub-message: date, selector: kind }\n      - { name: inner',
    ),
    'attribute-sets > lamp > data > sub-message: expected a sub-message of the spec, got "date"',
  )
  await refused(
    changed('{ name: id }, { name: title }', '{ name: id }, { name: titel }'),
    'attribute-sets > lamp-id > attributes > titel: expected an attribute of lamp, got "titel"',
  )
  await refused(
    changed('subset-of: lamp', 'subset-of: lamps'),
    'attribute-sets > lamp-id > subset-of: expected the name of a set that is no subset, got "lamps"',
  )
  await refused(
    changed('multi-attr: true', 'multi-attr: 1'),
    'attribute-sets > lamp > attributes > keeper > multi-attr: expected true or false, got 1',
  )
  await refused(
    changed('value: 10', 'value: -1'),
    'attribute-sets > lamp > attributes > lit > value: expected an integer from 0 to 16383, got -1',
  )
  await refused(
    changed('notify: get', 'notify: got'),
    'operations > list > gone > notify: expected the name of an operation, got "got"',
  )
  await refused(
    changed('attribute-set: gas, event', 'attribute-set: gass, event'),
    'operations > LAMP_EVENT_STORM: expected one of the attribute-sets, got "gass"',
  )
  await refused(
    changed(
      '{ name: title, type: string }',
      '{ name: title, type: string }\n      - { name: i_d, type: u8 }\n      - { name: i-d, type: u8 }',
    ),
    'attribute-sets > lamp: expected different names, got two for the key iD',
  )
  await refused(
    changed('protocol: genetlink-legacy', 'protocol: genetlink-lagacy'),
    `protocol: expected one of genetlink, genetlink-c, genetlink-legacy, netlink-raw (did you mean 'genetlink-legacy'?), got "genetlink-lagacy"`,
  )
  await refused(changed('version: 3', 'verson: 3'), "unknown key 'verson'; did you mean 'version'?")
  await refused(
    changed('len: key-len - 1', 'len: key-len2'),
    'definitions > coast > members > label > len: expected a number, or the name of a definition of type const, got "key-len2"',
  )
  await refused(
    'name: [1',
    'line 1, column 9: Flow sequence in block collection must be sufficiently indented and end with a ]',
  )
  await refused('', 'expected an object, got null')
  await refused('- 1', 'expected an object, got an array')
})

test('documents of which aliases would fill the memory are refused', async () => {
  const lines = Array.from({ length: 30 }, (_, index) => `a${index + 1}: &a${index + 1} [${`*a${index}, `.repeat(9)}]`)
  await rejects(parseSpec(['a0: &a0 [x]', ...lines].join('\n')), 'ERR_NETLINK_SPEC')
})

test('a spec of another protocol names the right function', async () => {
  const raw = written(
    'raw.yaml',
    ownSpec.replace('genetlink-legacy', 'netlink-raw\nprotonum: 0').replace('version: 3\n', ''),
  )
  await rejects(loadSpec(raw), /expected a spec of generic netlink, got lighthouse, which loadProtocol\(\) reads/)
  assert.is((await loadProtocol(raw)).byType(1)?.name, 'LAMP_OP_GET')
  await rejects(loadProtocol(written('own.yaml', ownSpec)), /which loadSpec\(\) reads/)
  await rejects(loadSpec(join(folder, 'none.yaml')), /ENOENT/)
})

test('netloom generate reports files that are no spec', async () => {
  const broken = await runHere(command, written('broken.yaml', 'name: [1'))
  assert.equal([broken.status, broken.lines.length], [1, 0])
  assert.match(broken.complaints[0] ?? '', /broken\.yaml: line 1, column 9/)
  await rejects(runHere(command, join(folder, 'none.yaml')), /expected a file that this user can read: ENOENT/)
})

test.run()
