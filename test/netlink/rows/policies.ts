import { writeFileSync } from 'node:fs'
import { Connection, type NetlinkError, NL_ATTR_TYPE } from '@netloom/netlink'
import * as generic from '@netloom/netlink/generic'

// Writes policies.json: for each family of generic netlink that this kernel has, the types of the attributes that its commands
// accept: `{ ethtool: { 2: [[[1], 'NESTED'], [[1, 2], 'NUL_STRING'], …] } }`, by the command's number and the path of attribute numbers.

type Accepted = readonly [path: readonly number[], type: string]
type Policies = Map<number, Map<number, { readonly type?: number; readonly policyIdx?: number }>>

const typeNames = new Map<number, string>(Object.entries(NL_ATTR_TYPE.values).map(([name, number]) => [number, name]))

function* walk(policies: Policies, index: number, path: readonly number[]): Generator<Accepted> {
  for (const [number, { type = 0, policyIdx }] of policies.get(index) ?? []) {
    yield [[...path, number], typeNames.get(type) ?? String(type)]
    // A nest of numbered elements has the policy of its elements. Some policies contain themselves.
    if (policyIdx !== undefined && path.length < 4 && typeNames.get(type) === 'NESTED')
      yield* walk(policies, policyIdx, [...path, number])
  }
}

function commandsOf(connection: Connection<typeof generic.nlctrl.messages>, familyId: number) {
  const policies: Policies = new Map()
  const operations: (readonly [command: number, policy: number])[] = []
  for (const { attrs } of connection.dumpSync('CTRL_CMD_GETPOLICY', { attrs: { familyId } })) {
    for (const [command, policy] of attrs.opPolicy ?? []) {
      const index = policy.do ?? policy.dump
      if (index !== undefined) operations.push([command, index])
    }
    for (const [index, rows] of attrs.policy ?? [])
      for (const [number, row] of rows) {
        const policy = policies.get(index) ?? new Map()
        policies.set(index, policy.set(number, row))
      }
  }
  return Object.fromEntries(operations.map(([command, index]) => [command, [...walk(policies, index, [])]]))
}

using connection = Connection.openGeneric(generic.nlctrl)
const families: Record<string, unknown> = {}
for (const { attrs } of connection.dumpSync('CTRL_CMD_GETFAMILY', {}))
  try {
    if (attrs.familyName && attrs.familyId) families[attrs.familyName] = commandsOf(connection, attrs.familyId)
  } catch (error) {
    if ((error as NetlinkError).code !== 'ENODATA') throw error
  }
writeFileSync(new URL('policies.json', import.meta.url), `${JSON.stringify(families)}\n`)
