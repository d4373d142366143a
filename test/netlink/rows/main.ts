import './defer.js'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import * as netlink from '@netloom/netlink'
import { type Declaration, ofKind } from '@netloom/netlink/codec'
import * as connector from '@netloom/netlink/connector'
import * as diag from '@netloom/netlink/diag'
import * as generic from '@netloom/netlink/generic'
import * as netfilter from '@netloom/netlink/netfilter'
import * as rdma from '@netloom/netlink/rdma'
import * as route from '@netloom/netlink/route'
import * as uevent from '@netloom/netlink/uevent'
import * as xfrm from '@netloom/netlink/xfrm'
import { declared, messagesOf } from '../../fuzz/declared.js'
import { captureNames, captureOf } from '../../support/captures.js'
import { inside } from '../../support/inside.js'
import { UsedRows } from '../../support/used-rows.js'
import { checked } from '../../support/vectors.js'

// Prints the rows that occur in no vector and no capture, as JSON, or writes them to unused.json (`--write`). Imports the test files
// for their vectors.

const folder = new URL('../', import.meta.url)
for (const name of readdirSync(folder).filter((each) => each.endsWith('.test.ts'))) {
  if (/\bvectors[<(]/.test(readFileSync(new URL(name, folder), 'utf8'))) await import(new URL(name, folder).href)
}

const used = new UsedRows()
for (const { declaration, values } of checked) for (const value of values) used.add(declaration, value)

const exported = [netlink, route, generic, netfilter, xfrm, diag, uevent, rdma, connector].flatMap((each) =>
  Object.values(each),
)
const byName = new Map<string, Declaration<unknown>[]>()
for (const { name, declaration } of exported.flatMap((each) => [...messagesOf(each)]))
  byName.set(name, [...(byName.get(name) ?? []), declaration])
for (const capture of captureNames)
  for (const { messages } of captureOf(capture))
    for (const { type, value } of messages)
      for (const declaration of byName.get(type) ?? []) used.add(declaration, value)

const sets = [...inside(declared().map(({ name, declaration }) => ({ path: [name], declaration })))]
  .map(({ declaration }) => ofKind(declaration))
  .flatMap((each) => (each.kind === 'attributes' ? [each] : []))
const unused = new Map<string, Set<string>>()
for (const { name, table } of sets)
  for (const key of Object.keys(table).filter((each) => !used.has(table, each)))
    unused.set(name, (unused.get(name) ?? new Set()).add(key))
const listed = Object.fromEntries([...unused].map(([name, keys]) => [name, [...keys].sort().join(' ')] as const).sort())
const total = sets.reduce((sum, { table }) => sum + Object.keys(table).length, 0)
if (process.argv.includes('--write'))
  writeFileSync(new URL('unused.json', import.meta.url), `${JSON.stringify(listed, null, 2)}\n`)
else console.log(JSON.stringify({ total, unused: listed }))
