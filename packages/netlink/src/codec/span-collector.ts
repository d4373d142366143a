import type { Scope } from './codec.js'
import { isFixed } from './fixed.js'
import type { Place } from './span.js'
import { addArray, addRecords } from './span-arrays.js'
import { addAttributes, addNest } from './span-attributes.js'
import type { Composite } from './span-payload.js'
import { SpanSink } from './span-sink.js'
import { addFollowed, addMessage, addOpaque, addStruct } from './span-structs.js'

/**
 * Collects the spans of a message, depth first, by its declarations. Never throws, even if the bytes are invalid: what cannot be
 * decoded is a `rest`, or a span with a `problem`. The spans cover each byte once: see {@link Span.own}.
 */
export class SpanCollector extends SpanSink {
  protected override inside(
    known: Composite,
    start: number,
    end: number,
    place: Place,
    scope: Scope | undefined,
  ): void {
    switch (known.kind) {
      case 'struct':
        addStruct(this, known, start, end, place, scope)
        break
      case 'attributes':
        addAttributes(this, known, start, end, place, scope)
        break
      case 'list':
      case 'indexed':
        addNest(this, known, start, end, place, scope)
        break
      case 'array':
        if (isFixed(known.element)) addArray(this, known, known.element.size, start, end, place, scope)
        else addRecords(this, known, start, end, place, scope)
        break
      case 'message':
        addMessage(this, known, start, end, place, scope)
        break
      case 'followed':
        addFollowed(this, known, start, end, place, scope)
        break
      case 'opaque':
        addOpaque(this, known, start, end, place, scope)
        break
      default:
        this.rest('rest', start, end, place)
    }
  }
}
