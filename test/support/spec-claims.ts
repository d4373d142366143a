import type { Spec, SpecAttribute, SpecSet } from '@netloom/netlink/spec'
import type { Claim } from './headers.js'

const upper = (name: string) => name.toUpperCase().replaceAll('-', '_')
const behind = (prefix: string, name: string) => `${prefix}_${upper(name)}`

const attributeClaim = ({ prefix }: SpecSet, each: SpecAttribute): Claim => ({
  expression: behind(each.prefix ?? prefix, each.name),
  expected: each.number,
})

/** Returns what a spec says about the numbers of the kernel, as expressions of C. */
export function claimsOf({ sets, enums, operations }: Spec): Claim[] {
  const attributes = [...sets.values()].flatMap((set) =>
    set.attributes.filter(({ type }) => type !== 'unused').map((each) => attributeClaim(set, each)),
  )
  // Some flags are numbers of bits in the header, and masks in a spec.
  const constants = [...enums.values()]
    .filter(({ kind }) => kind === 'enum')
    .flatMap(({ prefix, entries }) =>
      entries.map(({ name, number }) => ({ expression: behind(prefix, name), expected: number })),
    )
  const commands = operations.map(({ name, request, reply }) => ({
    expression: name,
    expected: request ?? reply ?? -1,
  }))
  const all = [...attributes, ...constants, ...commands]
  return [...new Map(all.map((claim) => [claim.expression, claim])).values()]
}
