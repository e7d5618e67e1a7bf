import { byId, element } from '../../ui/element.js';
import type { Start } from '../task/exercises.js';
import { fragmentOf } from '../task/fragment.js';

/** Links that set the builder up. */
export function showStarts(
  id: string,
  starts: readonly Start[],
  choose: (start: Start) => void,
): void {
  byId(id).append(
    ...starts.map((start) => {
      const { name, about, settings } = start;
      const link = element('a', { href: fragmentOf(settings) }, name);
      link.addEventListener('click', (event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        choose(start);
      });
      return element('li', {}, link, element('span', { class: 'unit' }, about));
    }),
  );
}
