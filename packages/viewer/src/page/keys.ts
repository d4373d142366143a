import { useLayoutEffect } from 'preact/hooks'

/** The keys of the page, with what they do. The help shows them. */
export const keyHelp = [
  ['j  k', 'the next or previous row, in the list or in the tree'],
  ['h  l', 'hides or shows the messages of a conversation, or the parts of a node'],
  ['/', 'goes to the filter; Escape leaves it'],
  ['n  p', 'the next or previous refused request'],
  ['1 – 4', 'messages, topology, state, problems'],
  ['Tab', 'goes to the next pane: list, tree, bytes'],
  ['?', 'this help'],
] as const

/** Functions of the keys. */
export interface KeyActions {
  /** True if the panes are visible. Other views scroll with the keys that move. */
  readonly canMove: boolean
  /** Moves by rows in the pane that has the focus. */
  move(pane: Pane, step: number): void
  /** Goes to the first or the last row. */
  end(pane: Pane, isLast: boolean): void
  /** Hides or shows what is below the active row. */
  open(pane: Pane, isOpen: boolean): void
  filter(): void
  refused(step: 1 | -1): void
  tab(index: number): void
  help(): void
}

export type Pane = 'list' | 'tree' | 'bytes'

/** Returns the pane that has the focus. Without one, keys move in the list. */
function paneOf(target: EventTarget | null): Pane {
  const element = target instanceof Element ? target : null
  if (element?.closest('.tree')) return 'tree'
  return element?.closest('.bytes') ? 'bytes' : 'list'
}

const isText = (target: EventTarget | null) =>
  target instanceof HTMLElement &&
  (target.matches('input:not([type=range], [type=file]), textarea, select') || target.isContentEditable)

const PAGE = 20

/** Does what a key that moves in a pane means. Returns false for other keys. */
function move(key: string, pane: Pane, actions: KeyActions): boolean {
  switch (key) {
    case 'j':
    case 'ArrowDown':
      actions.move(pane, 1)
      return true
    case 'k':
    case 'ArrowUp':
      actions.move(pane, -1)
      return true
    case 'PageDown':
      actions.move(pane, PAGE)
      return true
    case 'PageUp':
      actions.move(pane, -PAGE)
      return true
    case 'Home':
    case 'End':
      actions.end(pane, key === 'End')
      return true
    case 'l':
    case 'ArrowRight':
      actions.open(pane, true)
      return true
    case 'h':
    case 'ArrowLeft':
      actions.open(pane, false)
      return true
    default:
      return false
  }
}

function act(key: string, actions: KeyActions): boolean {
  switch (key) {
    case '/':
      actions.filter()
      return true
    case 'n':
      actions.refused(1)
      return true
    case 'p':
      actions.refused(-1)
      return true
    case '?':
      actions.help()
      return true
    default:
      if (!/^[1-4]$/.test(key)) return false
      actions.tab(Number(key) - 1)
      return true
  }
}

/** Handles the keys of the page. Texts and dialogs keep theirs. */
export function useKeys(actions: KeyActions): void {
  // Together with the change that is drawn: the next key may follow at once.
  useLayoutEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const { key, target, ctrlKey, altKey, metaKey } = event
      if (ctrlKey || altKey || metaKey || event.defaultPrevented) return
      if (document.querySelector('dialog[open]') || isText(target)) return
      const element = target instanceof Element ? target : null
      // Arrows belong to tabs and other controls while those have the focus.
      if (key.startsWith('Arrow') && element?.closest('[role=tablist]')) return
      const isSlider = element?.matches('input[type=range]') === true
      const hasMoved = actions.canMove && !isSlider && move(key, paneOf(target), actions)
      if (hasMoved || act(key, actions)) event.preventDefault()
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [actions])
}
