import { load } from './packages.ts';
import type { Grey, Write } from './picture.ts';
import { renderer } from './svg.ts';

interface Icon {
  readonly body: string;
  readonly left?: number;
  readonly top?: number;
  readonly width?: number;
  readonly height?: number;
}

interface IconSet {
  readonly icons: Readonly<Record<string, Icon>>;
  readonly aliases?: Readonly<Record<string, { readonly parent: string }>>;
  readonly width?: number;
  readonly height?: number;
}

/** Sets of line icons, and how they end the names of those. */
const SETS: Readonly<Record<string, string>> = {
  lucide: '',
  tabler: '',
  ph: '',
  iconoir: '',
  hugeicons: '',
  carbon: '',
  bi: '',
  ion: '-outline',
  mingcute: '-line',
  tdesign: '',
  'akar-icons': '',
  eva: '-outline',
  majesticons: '-line',
  teenyicons: '-outline',
};

/** Names that mean one thing in all sets (`pin` and `filter` do not). */
const CONCEPTS =
  `link star bookmark heart moon book calendar gift camera code eye globe archive briefcase cloud flag folder
play search clipboard compass copy credit-card home key rocket sun tag bluetooth check clock lock phone shield
square terminal bell calculator chevron-down download map microphone trophy wifi power table ticket umbrella
bug circle crop database hourglass inbox keyboard laptop pencil printer rss trash triangle user wallet image
save battery-full mail send shopping-bag apple car anchor fingerprint headphones paperclip music octagon
layers truck cake scissors skull thumbs-up watch building list chart-pie cpu film fire flask hash hexagon
magnet move quote repeat scan snowflake target tv underline asterisk barcode bus cart eye-off fish leaf
map-pin megaphone mouse newspaper robot thermometer wrench cookie crown divide ear egg eraser hand infinity
lamp microscope palette plug plus arrow-left git-branch bold`.split(/\s+/);

/** Drawings of a class at least: five examples and one more. */
const LEAST = 6;
/** Sets copy from each other. Drawings with so much in common (their cosine) are one. */
const SAME = 0.9;
/** Around the icon, as a part of its side. */
const MARGIN = 0.1;

/** Line icons: a class a concept, a drawing a set that has an icon of that name. */
export async function writeIcons(write: Write): Promise<void> {
  const render = await renderer();
  const sets = Object.entries(SETS).map(
    ([name, ending]) => [name, ending, load<IconSet>(`@iconify-json/${name}/icons.json`)] as const,
  );
  for (const concept of CONCEPTS) {
    const drawings: [string, Grey][] = [];
    for (const [name, ending, set] of sets) {
      const icon = find(set, concept + ending);
      if (!icon) continue;
      const picture = render(icon.body, viewBoxOf(icon, set));
      if (drawings.every(([, other]) => alike(other, picture) < SAME))
        drawings.push([name, picture]);
    }
    if (drawings.length < LEAST) continue;
    for (const [name, picture] of drawings) write(concept, name, picture);
  }
}

function find({ icons, aliases }: IconSet, name: string): Icon | undefined {
  return icons[name] ?? icons[aliases?.[name]?.parent ?? ''];
}

function viewBoxOf({ left = 0, top = 0, ...icon }: Icon, set: IconSet): string {
  const width = icon.width ?? set.width ?? 16;
  const height = icon.height ?? set.height ?? 16;
  const side = Math.max(width, height) * (1 + 2 * MARGIN);
  return [left + (width - side) / 2, top + (height - side) / 2, side, side].join(' ');
}

function alike({ data: one }: Grey, { data: other }: Grey): number {
  let [both, first, second] = [0, 0, 0];
  for (let i = 0; i < one.length; i++) {
    const [a, b] = [255 - one[i]!, 255 - other[i]!];
    both += a * b;
    first += a * a;
    second += b * b;
  }
  return both / Math.sqrt(first * second);
}
