import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { captureFile, oracle } from '../support/captures.js'
import {
  bitsOf,
  type Decoded,
  dumpsOf,
  type Mappers,
  named,
  type Printed,
  sameMembers,
  sameObjects,
  through,
} from '../support/oracle.js'
import {
  controlAction,
  filterMappers,
  handleText,
  hardware,
  hex,
  sameActions,
  wholeSeconds,
} from '../support/oracle-tc.js'

/** Compares the output of `tc -s -d -j` about filters and actions with our decoding of the dumps in the captures. */

const test = suite('output of tc about filters')

const EGRESS = 0xfffffff3

test('tc-actions.gact: actions are as tc prints them', () => {
  const [total, { actions, ...others }] = oracle('tc-actions', 'gact')
  const [list, ...more] = dumpsOf('tc-actions', 'RTM_GETACTION', 'RTM_GETACTION').at(-1) ?? []
  assert.equal([others, more], [{}, []])
  assert.equal(total, { 'total acts': list.attrs.count })
  sameActions('gact', actions, list.attrs.tab)
})

/**
 * Converts the output of tc to JSON. The free text of extended matches becomes a member, a word without a value becomes
 * true, and repeated members of a filter are numbered.
 */
function toJson(name: string): Printed[] {
  const counts = new Map<string, number>()
  const text = captureFile(`08-tc-filter.${name}.txt`)
    .toString()
    .replace(/\n(.*?)\n(?=[,}])/gs, (_, matches: string) => `,"ematch":${JSON.stringify(matches)}`)
    .replace('" eat "', '"eat":true')
    .replace(/"(protocol|success|match|name)":/g, (whole, key: string) => {
      if (key === 'protocol') {
        counts.clear()
        return whole
      }
      const count = counts.get(key) ?? 0
      counts.set(key, count + 1)
      return `"${key} ${count}":`
    })
  return JSON.parse(text)
}

/** Formats a u32 handle: its table, bucket and node, without missing parts. */
function u32Handle(handle: number): string {
  const [table, bucket, node] = [handle >>> 20, (handle >>> 12) & 0xff, handle & 0xfff]
  const end = node === 0 ? '' : `:${hex(node)}`
  return `${hex(table)}:${bucket === 0 ? '' : hex(bucket)}${end}`
}

const u32Key = (at: number): Mappers => ({
  [`match ${at}`]: ({ sel }) => {
    const { val, mask, offmask, off } = sel.keys[at]
    return { value: hex(val), mask: hex(mask), offmask: offmask === 0 ? '' : 'nexthdr+', off }
  },
  [`success ${at + 1}`]: ({ pcnt }) => Number(pcnt.kcnts[at]),
})

const police: Mappers = through(({ police }) => police, {
  kind: (police) => (police === undefined ? undefined : 'police'),
  index: ({ tbf }) => tbf.index,
  control_action: ({ tbf }) => controlAction(tbf.action),
  overhead: ({ tbf }) => tbf.rate.overhead,
  linklayer: ({ tbf }) => named({ 1: 'ethernet', 2: 'atm' }, tbf.rate.linklayer),
  ref: ({ tbf }) => tbf.refcnt,
  bind: ({ tbf }) => tbf.bindcnt,
  installed: ({ tm }) => wholeSeconds(tm.install),
  last_used: ({ tm }) => wholeSeconds(tm.lastuse),
})

// ── extended matches

const EM = { CMP: 1, NBYTE: 2, U32: 3, META: 4 }
const metaIds = { 6: 'priority' }
const operators = ['eq', 'gt', 'lt']
const lowNibble = (value: number) => value & 15

function matchText({ kind, data }: Decoded): string {
  if (kind === EM.U32) return `u32(${hex(data.val).padStart(8, '0')}/${hex(data.mask)} at ${data.off})`
  if (kind === EM.CMP) {
    const { val, mask, off, alignFlags, layerOpnd } = data
    const compared = `mask 0x${hex(mask)} ${operators[layerOpnd >>> 4]} ${val}`
    return `cmp(u${lowNibble(alignFlags) * 8} at ${off} layer ${lowNibble(layerOpnd)} ${compared})`
  }
  if (kind === EM.NBYTE) {
    const bytes = Buffer.from(data.pattern).subarray(0, data.lenLayer & 0xfff)
    const pairs = [...bytes].map((byte) => hex(byte).padStart(2, '0'))
    return `nbyte(${pairs.join(' ')} "${bytes}" at ${data.off} layer ${data.lenLayer >>> 12})`
  }
  assert.is(kind, EM.META)
  const { left } = data.hdr
  const value = Buffer.from(data.rvalue).readUInt32LE()
  return `meta(${named(metaIds, left.kind & 0xfff)} ${operators[left.op]} ${value})`
}

/** Formats each match on its own line, after its relation to the previous one. */
function treeText({ list }: Decoded): string {
  const lines = list.map((match: Decoded, at: number) => {
    const relation = ['', 'AND ', 'OR '][at === 0 ? 0 : list[at - 1].flags & 3]
    return `  ${relation}${(match.flags & 4) === 0 ? '' : 'NOT '}${matchText(match)}`
  })
  return lines.join('\n')
}

/** FLOW_KEY_* */
const flowKeys = { 1: 'src', 2: 'dst', 4: 'proto', 8: 'proto-src', 16: 'proto-dst' }

/** Members of `options` by kind, read from the options. Members that need the whole filter are below. */
const optionMappers: Readonly<Record<string, Mappers>> = {
  u32: {
    ...police,
    ht_divisor: ({ divisor }) => divisor,
    key_ht: ({ hash }) => hex(hash >>> 20),
    bkt: ({ hash }) => hex((hash >>> 12) & 0xff),
    link: ({ link }) => u32Handle(link),
    rule_hit: ({ pcnt }) => Number(pcnt.rcnt),
    'success 0': ({ pcnt }) => Number(pcnt.rhit),
    fwmark_value: ({ mark }) => `0x${hex(mark.val)}`,
    fwmark_mask: ({ mark }) => `0x${hex(mark.mask)}`,
    fwmark_success: ({ mark }) => mark.success,
    ...u32Key(0),
    ...u32Key(1),
    ...u32Key(2),
    offset_mask: ({ sel }) => hex(sel.offmask),
    offset_shift: ({ sel }) => sel.offshift,
    offset_off: ({ sel }) => sel.offoff,
    plus: ({ sel }) => sel.off,
    eat: ({ sel }) => (sel.flags & 8) !== 0,
    hash_mask: ({ sel }) => hex(sel.hmask),
    hash_off: ({ sel }) => sel.hoff,
  },
  matchall: { rule_hit: ({ pcnt }) => Number(pcnt.rhit) },
  basic: { ematch: ({ ematches }) => treeText(ematches) },
  bpf: { bytecode: ({ opsLen, ops }) => ({ length: opsLen, insns: ops }) },
  route: { 'name 0': ({ to }) => String(to), 'name 1': ({ from }) => String(from) },
  flow: {
    mode: ({ mode }) => ['map', 'hash'][mode],
    keys: ({ keys }) => bitsOf(flowKeys, keys),
    divisor: ({ divisor }) => divisor,
    baseclass: ({ baseclass }) => handleText(baseclass),
    perturb: ({ perturb }) => perturb,
    and: ({ mask }) => `0x${hex(mask)}`,
    rshift: ({ rshift }) => rshift,
    addend: ({ addend }) => `0x${hex(addend)}`,
  },
}

const handleMappers: Readonly<Record<string, Mappers>> = {
  u32: { fh: ({ handle }) => u32Handle(handle), order: ({ handle }) => handle & 0xfff },
  route: { fh: ({ handle }) => `0x${hex(handle)}` },
  fw: { fw: ({ handle, attrs }) => ({ mark: `0x${hex(handle)}`, mask: `0x${hex(attrs.options.mask)}` }) },
  matchall: { handle: ({ handle }) => handle },
  basic: { handle: ({ handle }) => hex(handle) },
}
const anyMappers: Mappers = {
  ...hardware,
  handle: ({ handle }) => `0x${hex(handle)}`,
  flowid: ({ attrs }) => handleText(attrs.options.classid),
  classid: ({ attrs }) => handleText(attrs.options.classid),
}
/** Members of TCA_STATS, which tc prints after the options. */
const statMappers = through(({ attrs }) => attrs.stats, {
  bytes: ({ bytes }) => Number(bytes),
  packets: ({ packets }) => packets,
  dropped: ({ drops }) => drops,
  overlimits: ({ overlimits }) => overlimits,
})

for (const [name, parent] of [
  ['egress', EGRESS],
  ['parent', 0x10000],
] as const) {
  test(`08-tc-filter.${name}: u32, matchall, basic and others are as tc prints them`, () => {
    const hasParent = (request: Decoded) => request.parent === parent
    const dump = dumpsOf('08-tc-filter', 'RTM_GETTFILTER', 'RTM_NEWTFILTER', hasParent).at(-1) ?? []
    sameObjects(toJson(name), dump, ({ options, ...printed }, filter) => {
      const what = `preference ${printed.pref}`
      sameMembers(what, printed, filter, { ...filterMappers, ...statMappers })
      assert.is(filter.attrs.options === undefined, options === undefined, what)
      if (options === undefined) return
      const { actions, ...others } = options
      const ofKind = through(({ attrs }) => attrs.options, optionMappers[printed.kind] ?? {})
      sameMembers(what, others, filter, { ...anyMappers, ...ofKind, ...handleMappers[printed.kind] })
      sameActions(what, actions, filter.attrs.options.act)
    })
  })
}

test.run()
