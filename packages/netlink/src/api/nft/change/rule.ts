import { ArgumentError } from '../../../codec/error.js'
import { show } from '../../../codec/index.js'
import { LIST } from '../../values/accepted.js'
import type { NftMessage } from '../compile/messages.js'
import { NAME } from '../expression/lookup.js'
import type { Input, Lookup, Statement } from '../expression/statement.js'
import type { NewNftRule } from '../spec.js'
import { nftFamilyNumber } from '../types/names.js'
import type { NftSetKey } from '../types.js'
import { type Change, COMMENT, check, HANDLE, userdataOf } from './change.js'

/** Keys of the chain of a rule. */
export const inChain = { family: 1, table: NAME, chain: NAME }

/** Runs a function, and names the place in errors about arguments. */
function namingPlace<T>(place: string, run: () => T): T {
  try {
    return run()
  } catch (error) {
    throw error instanceof ArgumentError ? new ArgumentError(`${place}: ${error.message}`) : error
  }
}

/**
 * Returns the change that adds or replaces a rule. `key` contains the attributes that identify the rule that is replaced, and
 * `isUnknown` is true for sets that must be read.
 * @throws {TypeError}
 */
export function ruleChange(
  rule: NewNftRule,
  options: NftMessage['options'],
  key: object,
  isUnknown: (set: NftSetKey) => boolean,
): Change {
  check('rule', rule, { ...inChain, rule: LIST, comment: COMMENT, position: HANDLE }, 'table', 'chain', 'rule')
  const { family = 'inet', table, chain, rule: statements, comment, position } = rule
  const wrong = statements.findIndex(
    (each: Statement | undefined) => typeof each !== 'object' || each === null || !('is' in each),
  )
  if (wrong >= 0)
    throw new ArgumentError(
      `expected part ${wrong} of the rule to be a statement like tcp.dport(22), got ${show(statements[wrong])}`,
    )
  const number = nftFamilyNumber(family)
  const needs = setNames(statements).map((name) => ({ family, table, name }))
  return {
    needs: needs.filter(isUnknown),
    messages: (scope) => {
      const compiled = namingPlace(`rule of ${family} ${table} ${chain}`, () => scope.rule(family, table, statements))
      const attrs = {
        ...{ table, chain, ...key, expressions: { elem: compiled.expressions } },
        ...(position !== undefined && { position }),
        ...userdataOf(comment),
      }
      const object = `rule '${compiled.text()}' of ${family} ${table} ${chain}`
      const message = { name: 'NFT_MSG_NEWRULE', family: number, attrs, options, object, partOf: compiled.partOf }
      return [...compiled.sets, message]
    },
  }
}

const nameIn = (lookup: Lookup<unknown>) => ('name' in lookup ? [lookup.name] : [])
const nameInInput = (input: Input | undefined) => (input?.is === 'map' ? nameIn(input.lookup) : [])

/** Returns the names of the sets that statements refer to. */
function setNames(statements: readonly Statement[]): string[] {
  return statements.flatMap((statement): string[] => {
    switch (statement.is) {
      case 'match':
        return statement.operand.is === 'lookup' ? nameIn(statement.operand.lookup) : []
      case 'verdictMap':
        return nameIn(statement.lookup)
      case 'objectMap':
        return [statement.map]
      case 'update':
        return [statement.set]
      case 'set':
        return nameInInput(statement.input)
      case 'nat':
        return nameInInput(statement.to.address)
      default:
        return []
    }
  })
}
