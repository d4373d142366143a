import { ofKind } from '../codec/index.js'
import type { Columns, Position } from './columns.js'
import type { Refusal } from './conversation.js'
import { type Styled, styled } from './styled.js'
import type { Summary } from './summary/types.js'

/** Yields the lines below a refused request: a mark under the attribute, and the kernel's words. */
export function* refusalLines(
  refusal: Refusal,
  shown: Summary | undefined,
  columns: Columns,
): Generator<readonly Styled[], void, undefined> {
  const { attribute } = refusal
  const marked = attribute !== undefined && shown !== undefined ? positionOf(attribute, shown, columns) : undefined
  if (marked) yield [styled(' '.repeat(marked.start)), styled('~'.repeat(marked.length), 'mark')]
  yield* columns.below([styled('the kernel: ', 'faint'), styled(reasonOf(refusal, marked !== undefined), 'bad')])
}

/** Returns the position of the part of the line that shows the attribute, or that contains it. */
function positionOf(attribute: string, { details, namePath }: Summary, columns: Columns): Position | undefined {
  if (namePath === attribute) return columns.name
  const exact = details.findIndex(({ path }) => path === attribute)
  const index = exact >= 0 ? exact : details.findIndex(({ path }) => path !== undefined && isRelated(path, attribute))
  return index < 0 ? undefined : columns.detail(index)
}

const isRelated = (path: string, attribute: string) =>
  attribute.startsWith(`${path}.`) || path.startsWith(`${attribute}.`)

/** Returns the kernel's words, the attribute that it names unless `isMarked`, or that there is neither. */
export function reasonOf({ text, attribute, missing, request }: Refusal, isMarked: boolean): string {
  const words = text === undefined ? '' : JSON.stringify(text)
  const named: string[] = []
  if (attribute !== undefined && !isMarked) named.push(`at ${attribute}`)
  if (missing !== undefined) named.push(`${missingName(missing, request)} is missing`)
  if (words === '' && attribute === undefined && missing === undefined)
    return 'it gives no reason, and names no attribute'
  if (words !== '' && attribute === undefined && missing === undefined) return `${words} (it names no attribute)`
  if (words === '' && named.length === 0) return 'it gives no reason, but marks the attribute'
  return [words, ...named].filter((part) => part !== '').join(', ')
}

/** Returns the kernel's name of a missing attribute. */
function missingName(number: number, request: Refusal['request']): string {
  const { declaration } = request?.message ?? {}
  const known = declaration && ofKind(declaration)
  const attrs = known?.kind === 'message' ? ofKind(known.attrs) : undefined
  return attrs?.kind === 'attributes' ? attrs.nameOf(number) : `attribute ${number}`
}
