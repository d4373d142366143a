import { ArgumentError } from '../../../codec/error.js'
import { NF_NAT_RANGE, NFPROTO } from '../../../netfilter/index.js'
import type { Input, Statement, Target } from '../expression/statement.js'
import { type DataType, lengthOf } from '../types/data-types.js'
import { nftFamilies } from '../types/names.js'
import type { RuleBuilder } from './builder.js'
import { expression, registerAt } from './wire.js'

/** Writes ports into registers, from `first` on. Returns the registers, and the flag that says so. */
export function portsOf(
  builder: RuleBuilder,
  { port, portTo }: { port?: Input | undefined; portTo?: Input | undefined },
  first: number,
) {
  if (port === undefined) return { registers: {}, flags: 0 }
  builder.input(port, first)
  if (portTo !== undefined) builder.input(portTo, first + 1)
  const registers = { regProtoMin: first, ...(portTo !== undefined && { regProtoMax: first + 1 }) }
  return { registers, flags: NF_NAT_RANGE.PROTO_SPECIFIED }
}

/** Returns the family of a target; undefined if neither the target nor the rule says it. @throws {TypeError} if they differ */
function familyOf(builder: RuleBuilder, to: Target) {
  const { network } = builder.known
  if (to.family !== undefined && network !== undefined && to.family !== network)
    throw new ArgumentError(
      `expected an address of ${network}, because the rule matches its packets, got one of ${to.family}`,
    )
  return to.family ?? network
}

export function compileNat(builder: RuleBuilder, { type, flags, to }: Extract<Statement, { is: 'nat' }>): void {
  const { address, addressTo } = to
  if (address !== undefined) builder.input(address, 1)
  if (addressTo !== undefined) builder.input(addressTo, 2)
  const family = familyOf(builder, to)
  if (family !== 'ip' && family !== 'ip6')
    throw new ArgumentError(
      'expected the family to be known for a translation of ports alone: match ip or ip6 before it, or use redirect',
    )
  const used = (address === undefined ? 0 : 1) + (addressTo === undefined ? 0 : 1)
  const ports = portsOf(builder, to, 1 + used)
  const concat = address?.is === 'map' && address.types.length > 1 ? lengthOf(address.types[0] as DataType) : undefined
  const bits = flags | ports.flags
  builder.push(
    expression('nat', {
      ...{ type, family: nftFamilies[family] },
      ...(address !== undefined && { regAddrMin: 1 }),
      ...(addressTo !== undefined && { regAddrMax: 2 }),
      ...ports.registers,
      ...(concat !== undefined && { regProtoMin: registerAt(concat) }),
      ...(bits !== 0 && { flags: bits }),
    }),
  )
}

export function compileTproxy(builder: RuleBuilder, to: Target): void {
  // Without an address, nft's inet tables serve both families.
  const family = to.family === undefined && builder.family === 'inet' ? undefined : familyOf(builder, to)
  if (to.address !== undefined) builder.input(to.address, 1)
  const regPort = to.address === undefined ? 1 : 2
  if (to.port !== undefined) builder.input(to.port, regPort)
  builder.push(
    expression('tproxy', {
      family: family === undefined ? NFPROTO.UNSPEC : nftFamilies[family],
      ...(to.address !== undefined && { regAddr: 1 }),
      ...(to.port !== undefined && { regPort }),
    }),
  )
}
