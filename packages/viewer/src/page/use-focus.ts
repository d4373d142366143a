import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'

/** Returns the element that gets the focus in a tab: the active row, the first row, or the tab's panel. */
function targetOf(tab: number, active: number): HTMLElement | null {
  const panel = document.getElementById(`panel-${tab}`)
  return tab === 0 ? document.getElementById(`row-${Math.max(active, 0)}`) : panel
}

/** Moves the focus to the active row, or else to the first one. False if there is no row. */
export function focusList(active: number): boolean {
  const row = targetOf(0, active)
  row?.focus({ preventScroll: true })
  return row !== null
}

/** Keeps the focus on the page if the element that has it is removed or hidden: by another tab, another file, or a changed list. */
export function useFocus(tab: number, active: number): void {
  const last = useRef<Element | undefined>(undefined)
  useEffect(() => {
    const onFocus = ({ target }: FocusEvent) => {
      last.current = target instanceof Element ? target : undefined
    }
    const onBlur = ({ target, relatedTarget }: FocusEvent) => {
      if (relatedTarget !== null || !(target instanceof Element)) return
      // Browsers report the removal as well. The reader has left the element only if it is still there.
      queueMicrotask(() => {
        if (target === last.current && target.isConnected && target.checkVisibility()) last.current = undefined
      })
    }
    document.addEventListener('focusin', onFocus)
    document.addEventListener('focusout', onBlur)
    return () => {
      document.removeEventListener('focusin', onFocus)
      document.removeEventListener('focusout', onBlur)
    }
  }, [])
  // After each change, because any of them may remove the element, and the row to go to may appear later.
  useLayoutEffect(() => {
    const element = last.current
    if (element === undefined) return
    const isShown = element.isConnected && element.checkVisibility()
    // The focus follows the active row, e.g. to the first refused request of a file that is being decoded.
    const isOtherRow = active >= 0 && element.matches('.list [role=row]') && element.id !== `row-${active}`
    if (!isShown || isOtherRow) targetOf(tab, active)?.focus({ preventScroll: true })
  })
}
