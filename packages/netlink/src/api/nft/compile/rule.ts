import { NFT_DYNSET_F, NFT_REJECT, NFT_REJECT_ICMPX } from '../../../netfilter/index.js'
import { defined } from '../../values/objects.js'
import type { Source } from '../expression/source.js'
import type { Input, Statement } from '../expression/statement.js'
import { type NftFamily, nftFamilies } from '../types/names.js'
import { icmp6Codes, icmpCodes } from '../types/words.js'
import { RuleBuilder, type SetScope } from './builder.js'
import { compileMatch } from './match.js'
import { compileNat, compileTproxy, portsOf } from './nat.js'
import { compileSet } from './payload.js'
import { encodeVerdict } from './set.js'
import { expression, type WireExpression } from './wire.js'

/** Expressions of a rule, and for each the index of its statement. */
export interface CompiledStatements {
  readonly expressions: readonly WireExpression[]
  readonly owners: readonly number[]
}

/** Converts statements to the expressions of a rule. @throws {TypeError} if the rule cannot contain them */
export function compileStatements(
  family: NftFamily,
  sets: SetScope,
  statements: readonly Statement[],
): CompiledStatements {
  const builder = new RuleBuilder(family, sets)
  const owners: number[] = []
  for (const [index, statement] of statements.entries()) {
    compileStatement(builder, statement)
    while (owners.length < builder.expressions.length) owners.push(index)
  }
  return { expressions: builder.expressions, owners }
}

function compileStatement(builder: RuleBuilder, statement: Statement): void {
  switch (statement.is) {
    case 'match':
      compileMatch(builder, statement.sources, statement.comparison, statement.operand)
      return
    case 'verdict':
      builder.push(expression('immediate', { dreg: 0, data: encodeVerdict(statement) }))
      return
    case 'verdictMap':
      builder.push(
        expression('lookup', { ...builder.lookup(statement.sources, statement.lookup, 'verdict'), sreg: 1, dreg: 0 }),
      )
      return
    case 'stateful':
    case 'plain':
      builder.push(expression(statement.name, statement.data))
      return
    case 'object':
      builder.push(expression('objref', { immType: statement.type, immName: statement.name }))
      return
    case 'objectMap':
      builder.loadKey(statement.sources, builder.sets.isInterval(statement.map, { sources: statement.sources }))
      builder.push(expression('objref', { setSreg: 1, setName: statement.map }))
      return
    case 'set':
      builder.require(statement.target)
      builder.push(...compileSet(statement.target, statement.input, (input) => builder.input(input, 1)))
      return
    case 'update':
      compileUpdate(builder, statement)
      return
    case 'reject':
      compileReject(builder, statement)
      return
    case 'nat':
      compileNat(builder, statement)
      return
    case 'masquerade':
    case 'redirect': {
      const ports = portsOf(builder, statement.to, 1)
      const flags = statement.flags | ports.flags
      const data = { ...ports.registers, ...(flags !== 0 && { flags }) }
      builder.push(expression(statement.is === 'redirect' ? 'redir' : 'masq', data))
      return
    }
    case 'tproxy':
      compileTproxy(builder, statement.to)
      return
    case 'dup':
    case 'fwd':
      compileForward(builder, statement)
      return
  }
}

const typesOf = (input: Input) =>
  input.is === 'source' ? [input.source.type] : input.is === 'map' ? input.types : [input.type]

function compileUpdate(
  builder: RuleBuilder,
  { set, operation, sources, data, timeout, statements }: Extract<Statement, { is: 'update' }>,
): void {
  const types = data === undefined ? undefined : typesOf(data)
  const length = builder.loadKey(sources, builder.sets.isInterval(set, { sources, data: types }))
  const sregData = 1 + Math.ceil(length / 16)
  if (data !== undefined) builder.input(data, sregData)
  const [first] = statements
  const wire = statements.map(({ name, data: own }) => expression(name, own))
  builder.push(
    expression('dynset', {
      ...{ setName: set, op: operation, sregKey: 1 },
      ...(data !== undefined && { sregData }),
      ...(timeout !== undefined && { timeout }),
      // Several expressions need a kernel since 5.11.
      ...(first !== undefined && wire.length === 1 && { expr: wire[0] }),
      ...(wire.length > 1 && { flags: NFT_DYNSET_F.EXPR, expressions: { elem: wire } }),
    }),
  )
}

function compileReject(builder: RuleBuilder, { reply, code }: Extract<Statement, { is: 'reject' }>): void {
  const push = (type: number, icmpCode: number) => builder.push(expression('reject', { type, icmpCode }))
  const need = (needs: NonNullable<Source['needs']>) =>
    builder.push(...builder.known.require(needs, `reject with ${reply}`))
  switch (reply) {
    case 'tcp reset':
      need({ transport: 6 })
      push(NFT_REJECT.TCP_RST, 0)
      return
    case 'icmp':
      need({ network: 'ip' })
      push(NFT_REJECT.ICMP_UNREACH, code)
      return
    case 'icmpv6':
      need({ network: 'ip6' })
      push(NFT_REJECT.ICMP_UNREACH, code)
      return
    case 'icmpx':
      push(NFT_REJECT.ICMPX_UNREACH, code)
      return
    default: {
      const network = builder.known.network
      // The inet family has a code of its own for both.
      const known = builder.family === 'inet' ? undefined : network
      if (known === 'ip') push(NFT_REJECT.ICMP_UNREACH, icmpCodes['port-unreachable'] ?? 0)
      else if (known === 'ip6') push(NFT_REJECT.ICMP_UNREACH, icmp6Codes['port-unreachable'] ?? 0)
      else push(NFT_REJECT.ICMPX_UNREACH, NFT_REJECT_ICMPX.PORT_UNREACH)
      return
    }
  }
}

/** The kernel has the registers of `dup` in the order of its address and link, and those of `fwd` in the other one. */
function compileForward(builder: RuleBuilder, statement: Extract<Statement, { is: 'dup' | 'fwd' }>): void {
  const { address, device, family } = statement
  const isDup = statement.is === 'dup'
  const inputs = isDup ? [address, device] : [device, address]
  const registers = inputs.map((input, index) => {
    const register = index === 1 && inputs[0] !== undefined ? 2 : 1
    if (input !== undefined) builder.input(input, register)
    return input && register
  })
  const [sregAddr, sregDev] = isDup ? registers : [...registers].reverse()
  const isFamily = !isDup && family !== undefined
  builder.push(
    expression(statement.is, defined({ sregAddr, sregDev, ...(isFamily && { nfproto: nftFamilies[family] }) })),
  )
}
