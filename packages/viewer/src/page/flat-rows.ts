/** A conversation whose messages are shown below it. */
export interface Expanded {
  /** Position in the list. */
  readonly position: number
  readonly conversation: number
  readonly count: number
}

/** A row of the list: a conversation, or one of its messages. */
export interface FlatRow {
  readonly position: number
  /** Index of the message in its conversation, or -1 for the conversation itself. */
  readonly child: number
}

/** Rows of conversations with the messages of some of them. `expanded` is sorted by position. */
export class FlatRows {
  constructor(
    readonly listed: number,
    readonly expanded: readonly Expanded[],
  ) {}

  get count(): number {
    return this.expanded.reduce((sum, { count }) => sum + count, this.listed)
  }

  at(index: number): FlatRow {
    let before = 0
    for (const { position, count } of this.expanded) {
      const own = position + before
      if (index <= own) break
      if (index <= own + count) return { position, child: index - own - 1 }
      before += count
    }
    return { position: index - before, child: -1 }
  }

  indexOf({ position, child }: FlatRow): number {
    const before = this.expanded.reduce((sum, each) => sum + (each.position < position ? each.count : 0), 0)
    return position + before + child + 1
  }

  expandedAt(position: number): Expanded | undefined {
    return this.expanded.find((each) => each.position === position)
  }

  /** Returns the rows with the messages of one more conversation, or without those of an expanded one. */
  toggled(row: Expanded): FlatRows {
    const others = this.expanded.filter(({ position }) => position !== row.position)
    const isExpanded = others.length < this.expanded.length
    const expanded = isExpanded ? others : [...others, row].sort((one, other) => one.position - other.position)
    return new FlatRows(this.listed, expanded)
  }

  withListed(listed: number): FlatRows {
    return listed === this.listed ? this : new FlatRows(listed, this.expanded)
  }
}
