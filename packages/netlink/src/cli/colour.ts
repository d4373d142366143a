import type { Style, Styled } from '../inspect/index.js'

/** Value of `--color`. */
export type ColourChoice = 'auto' | 'always' | 'never'

/** SGR codes of the styles. */
const codes: Readonly<Record<Style, string>> = {
  plain: '',
  faint: '2',
  strong: '1',
  good: '32',
  bad: '31',
  mark: '33',
  kind: '36',
}

/**
 * True if output gets colours: on a terminal, unless NO_COLOR is set; with FORCE_COLOR also elsewhere. `--color` wins.
 */
export function hasColours(
  choice: ColourChoice,
  isTerminal: boolean,
  { NO_COLOR, FORCE_COLOR, TERM }: Readonly<Record<string, string | undefined>>,
): boolean {
  if (choice !== 'auto') return choice === 'always'
  if (NO_COLOR !== undefined && NO_COLOR !== '') return false
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== '') return FORCE_COLOR !== '0'
  return isTerminal && TERM !== 'dumb'
}

/** Returns a line with escape sequences for colours. The texts contain no control characters. */
export const coloured = (parts: readonly Styled[]): string =>
  parts
    .map(({ text, style }) =>
      codes[style] === '' || text.trim() === '' ? text : `\u001b[${codes[style]}m${text}\u001b[0m`,
    )
    .join('')
    .trimEnd()
