import type { NewLink } from '@netloom/netlink'
import { linkInfo } from '@netloom/netlink/route'
import { readOnlyKeys } from '../../packages/netlink/dist/api/link/data.js'
import { type Declaration, ofKind } from '../../packages/netlink/dist/codec/index.js'
import '../support/built.js'

/** Links of each kind to change, and values that their options may have. */

export type Data = Readonly<Record<string, unknown>>
interface Sample {
  readonly link?: string
  readonly data?: Data
}

const tunnel = { local: '192.0.2.1', remote: '192.0.2.2' }
const tunnel6 = { local: '2001:db8::1', remote: '2001:db8::2' }
const modes = ['balance-rr', 'active-backup', '802.3ad', 'balance-tlb']

/** Links of each kind that the tests create. Several, if options depend on others. `below` is a link that is up. */
export const samples: Readonly<Record<string, readonly Sample[]>> = {
  bond: [
    ...modes.map((mode) => ({ data: { mode, miimon: 100 } })),
    { data: { mode: 'active-backup', arpInterval: 100, arpIpTarget: ['192.0.2.9'] } },
  ],
  bridge: [{}, { data: { vlanFiltering: true } }],
  ...{
    erspan: [{ data: { ...tunnel, erspanVer: 1, iflags: 0x2000, oflags: 0x3000, ikey: 7, okey: 7 } }],
    geneve: [{ data: { id: 7, remote: '192.0.2.2' } }, { data: { id: 7, remote6: '2001:db8::2' } }],
  },
  ...{
    gre: [{ data: tunnel }],
    gretap: [{ data: tunnel }],
    ip6gre: [{ data: tunnel6 }],
    ip6gretap: [{ data: tunnel6 }],
  },
  ...{
    ip6tnl: [{ data: tunnel6 }],
    ipip: [{ data: tunnel }],
    sit: [{ data: tunnel }],
    vti: [{ data: tunnel }],
    vti6: [{ data: tunnel6 }],
  },
  ...{
    ipvlan: [{ link: 'below' }],
    ipvtap: [{ link: 'below' }],
    macsec: [{ link: 'below' }, { link: 'below', data: { replayProtect: 1, window: 10 } }],
  },
  ...{ macvlan: [{ link: 'below' }, { link: 'below', data: { mode: 'source' } }], macvtap: [{ link: 'below' }] },
  ...{
    vlan: [{ link: 'below', data: { id: 7 } }],
    vrf: [{ data: { table: 7 } }],
    xfrm: [{ link: 'below', data: { ifId: 7 } }],
  },
  vxlan: [
    { data: { id: 7, port: 4789 } },
    { data: { id: 7, port: 4789, group: '192.0.2.2' } },
    { data: { id: 7, port: 4789, group6: '2001:db8::2' } },
    { link: 'below', data: { id: 7, port: 4789, group: '239.0.0.1' } },
    { data: { collectMetadata: 1, port: 4789 } },
    { data: { collectMetadata: 1, port: 4790, learning: 0 } },
  ],
}

/** Returns the link of a sample with further options. */
export function sampleLink(kind: string, { link, data }: Sample, own: Data = {}): NewLink {
  const all = { ...data, ...own }
  const hasData = Object.keys(all).length > 0
  return { name: 'sample', kind, ...(link !== undefined && { link }), ...(hasData && { data: all }) } as NewLink
}

type Rows = Readonly<Record<string, readonly [number, Declaration<unknown>, ...unknown[]]>>
const cases = linkInfo.table.data[1].cases as unknown as Readonly<Record<string, { readonly table: Rows }>>
const rowsOf = (kind: string): Rows => cases[kind]?.table ?? {}

/** Lists the options in the data of a kind that a request may contain. */
export function optionsOf(kind: string): string[] {
  return Object.keys(rowsOf(kind)).filter(
    (key) => key !== 'pad' && key !== 'link' && !readOnlyKeys[kind]?.includes(key),
  )
}

const numbers = [1, 0, 2, 3, 5, 8, 16, 50, 100, 200, 1000, 1500, 4096, 0xffff]
const texts = ['192.0.2.77', '239.0.0.77', '2001:db8::77', '02:00:00:00:00:77', '01:80:c2:00:00:0a']

/** Yields values that an option may have, likely ones first. Others do not fit its type, or are refused by the kernel. */
export function* valuesOf(kind: string, key: string, actual: unknown): Generator<unknown> {
  const declaration = rowsOf(kind)[key]?.[1]
  if (declaration === undefined) return
  const known = ofKind(declaration)
  if (known.kind === 'flag' || typeof actual === 'boolean') yield actual !== true
  if (known.kind === 'integer' && known.constants?.type === 'enum')
    for (const { values } of known.constants.families) yield* Object.values(values)
  if (known.kind === 'integer' || typeof actual === 'number' || typeof actual === 'bigint') {
    if (typeof actual === 'number') yield* [actual + 1, actual - 1, actual * 2]
    yield* numbers
    yield* numbers.map(BigInt)
    yield 0x02_00_00_00_00_77_00_05n
  }
  if (typeof actual === 'object' && actual !== null)
    for (const [member, value] of Object.entries(actual)) if (typeof value === 'boolean') yield { [member]: !value }
  yield* texts
  yield* texts.map((each) => [each])
  yield { low: 1000, high: 2000 }
  yield { mapping: [{ from: 1, to: 2 }] }
  yield { REORDER_HDR: false }
  yield true
}
