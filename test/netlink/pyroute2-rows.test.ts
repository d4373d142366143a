import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type AttributeSet, type Declaration, NLA_F_NET_BYTEORDER, ofKind } from '@netloom/netlink/codec'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { declared } from '../fuzz/declared.js'
import { inside } from '../support/inside.js'
import { type Hex, vectors } from '../support/vectors.js'

/**
 * Vectors that pyroute2 has encoded: an attribute of each row whose type it knows. `rows/pyroute2_rows.py >rows/pyroute2.jsonl`
 * writes them. Number, width, byte order and NLA_F bits of our row must agree with pyroute2, but not the sign of numbers: it has
 * most signed ones as unsigned.
 */

type Row = readonly [name: string, type: string, nlaType: number, payload: string]

const folder = (name: string) => fileURLToPath(new URL(`rows/${name}`, import.meta.url))
const recorded = readFileSync(folder('pyroute2.jsonl'), 'utf8').trim().split('\n')
const TYPE_MASK = 0x3fff
const rows = new Map(
  recorded.map((line) => {
    const row = JSON.parse(line) as Row
    return [`${row[0]} ${row[2] & TYPE_MASK}`, row] as const
  }),
)

/** Rows of pyroute2 0.7.2 that differ from the kernel, each with the kernel's type. */
const wrong: Readonly<Record<string, string>> = {
  NFTA_SET_TIMEOUT: 'NLA_U64, nft_set_policy',
  NL80211_STA_INFO_RX_DROP_MISC: 'u64, PUT_SINFO_U64(RX_DROP_MISC) in nl80211_send_station',
  TCA_BPF_OPS_LEN: 'NLA_U16, bpf_policy',
  TCA_BPF_OPS: 'an array of struct sock_filter, cls_bpf_prog_from_ops',
  CTA_HELP: 'NLA_NESTED, ct_nla_policy',
  IPSET_ATTR_NAMEREF: 'NLA_STRING, list_set_adt_policy',
  IFLA_IFALIAS:
    'text without a NUL, nla_put_string sends one and the kernel cuts it off: tested in link-message.test.ts',
  IFLA_VXLAN_LABEL: 'big endian, vxlan_nl2conf',
  IFLA_NEW_NETNSID: 's32 of the host, rtnl_fill_ifinfo',
  TCA_VLAN_PUSH_VLAN_PROTOCOL: 'big endian, tcf_vlan_init',
  TCA_MATCHALL_CLASSID: 'u32 of the host, mall_set_parms',
  TCA_MATCHALL_FLAGS: 'u32 of the host, mall_change',
  // Bytes without a structure that all senders share.
  IFLA_BRPORT_PAD: 'padding',
  RTA_PROTOINFO: 'not used by the kernel',
  NLMSGERR_ATTR_COOKIE: 'bytes whose meaning depends on the request',
}

/** The values that the script has encoded, by pyroute2's type. */
const texts: Readonly<Record<string, unknown>> = {
  flag: true,
  asciiz: 'text',
  ip4addr: '10.1.2.3',
  ip6addr: '2001:db8::1',
  l2addr: '02:03:04:05:06:07',
}

function numberOf(type: string, isSigned: boolean): bigint {
  const bits = Number(/\d+/.exec(type))
  const value = 0x8182838485868788n >> BigInt(64 - bits)
  return isSigned ? BigInt.asIntN(bits, value) : BigInt.asUintN(bits, value)
}

/** Returns the value as a row with this declaration has it: 64-bit numbers are bigints, repeated attributes are arrays. */
function decodedAs(type: string, { name, multi }: Declaration<unknown>): unknown {
  const number = Object.hasOwn(texts, type) ? 0n : numberOf(type, /^[is]/.test(name))
  const value = texts[type] ?? (/^[uis](64|int)/.test(name) ? number : Number(number))
  return multi ? [value] : value
}

/** Returns the bytes of the attribute. The script ran on a machine with little endian. */
function bytesOf([, , nlaType, payload]: Row): Hex {
  const bytes = Buffer.alloc(4 + Math.ceil(payload.length / 8) * 4)
  bytes.writeUInt16LE(4 + payload.length / 2)
  bytes.writeUInt16LE(nlaType, 2)
  bytes.write(payload, 4, 'hex')
  return { LE: bytes.toString('hex') }
}

function vectorsOf({ table, nameOf }: AttributeSet) {
  const correct: (readonly [object, Hex])[] = []
  const decodes: (readonly [Hex, object])[] = []
  for (const [key, [number, declaration]] of Object.entries(table)) {
    const row = rows.get(`${nameOf(number)} ${number}`)
    if (row === undefined || Object.hasOwn(wrong, row[0])) continue
    const [value, hex] = [{ [key]: decodedAs(row[1], declaration) }, bytesOf(row)]
    // In IP sets, the kernel sends all numbers of two or more bytes with this flag (`nla_put_net32`), pyroute2 only most of them,
    // and single bytes, too.
    if ((row[2] & NLA_F_NET_BYTEORDER) !== (declaration.netByteOrder ? NLA_F_NET_BYTEORDER : 0))
      decodes.push([hex, value])
    else correct.push([value, hex])
  }
  return { correct, decodes }
}

let compared = 0
for (const { path, declaration } of inside(declared().map((each) => ({ path: [each.name], ...each })))) {
  const known = ofKind(declaration)
  if (known.kind !== 'attributes') continue
  const found = vectorsOf(known)
  const count = found.correct.length + found.decodes.length
  if (count > 0) vectors<object>(declaration as Declaration<object>, found, `${declaration.name}, ${path.join(' > ')}`)
  compared += count
}

const test = suite('rows of pyroute2')

test('a thousand rows are compared', () => {
  console.log(`${compared} rows agree with those of pyroute2`)
  assert.ok(compared > 1000)
})

const python = '/usr/bin/python3'
const PYTHONPATH = process.env.NETLOOM_PYROUTE2
const env = { ...process.env, ...(PYTHONPATH && { PYTHONPATH }) }
const isInstalled = existsSync(python) && spawnSync(python, ['-c', 'import pyroute2'], { env }).status === 0

if (!isInstalled)
  console.log('SKIPPED: rows of pyroute2: needs python3-pyroute2 (installed, or its folder in NETLOOM_PYROUTE2)')
const testIfInstalled = isInstalled ? test : test.skip
testIfInstalled('the file contains what pyroute2 encodes', () => {
  const { stdout, stderr } = spawnSync(python, [folder('pyroute2_rows.py')], {
    env,
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  })
  assert.is(stderr, '')
  assert.equal(stdout.trim().split('\n'), recorded)
})

test.run()
