import { messageOf, UserError } from 'mann';
import type { Named } from '../session/step.js';
import '../style/draw/share.css';
import { element } from '../ui/element.js';
import { CARD_HEIGHT, CARD_WIDTH, cardOf, type Score } from './card.js';
import { codeOf, embedOf } from './code.js';
import { linkOf } from './link.js';

export interface Shared {
  readonly symbols: readonly Named[];
  /** Shown on the picture; undefined where nothing was asked of the network yet. */
  readonly score?: Score | undefined;
  /** What the network saw of each symbol, [side, side], 0 to 255, for code; undefined while there is no network. */
  readonly inks?: readonly Uint8Array[] | undefined;
  /** The page that links open. Default: the one in the folder of this page. Frames show `embed.html` beside it. */
  readonly page?: URL | undefined;
}

/** Opens the dialog with which symbols are shared: `openShare({ symbols, score, inks })`. It goes when it is closed. */
export function openShare(shared: Shared): void {
  new ShareDialog(shared).open();
}

class ShareDialog {
  readonly #shared: Shared;
  readonly #page: URL;
  readonly #link: Promise<string>;
  /** Undefined until it is painted. */
  #card: { readonly url: string } | undefined;

  readonly #field = element('input', { type: 'text', readonly: true, 'aria-label': 'Link' });
  readonly #copyLink = button('Copy link', 'tool strong', { autofocus: true });
  readonly #sendLink = button('Share…');
  readonly #savePicture = button('Save a picture');
  readonly #copyCode = button('Copy as code');
  readonly #copyEmbed = button('Copy an embed');
  readonly #close = button('Close');
  readonly #picture = element('img', { width: CARD_WIDTH, height: CARD_HEIGHT, alt: '' });
  readonly #status = element('p', { role: 'status' });
  /** What could not be copied, to be copied by hand. */
  readonly #byHand = element('textarea', {
    readonly: true,
    rows: 4,
    hidden: true,
    'aria-label': 'Text to copy',
  });
  readonly #explanation = element('p', { class: 'note' });
  readonly #linkRow = element('p', { class: 'tools' }, this.#field, this.#copyLink, this.#sendLink);
  readonly #root = element(
    'dialog',
    { class: 'share', 'aria-labelledby': 'share-title' },
    element(
      'div',
      { class: 'head' },
      element('h2', { id: 'share-title' }, 'Share your symbols'),
      this.#close,
    ),
    this.#linkRow,
    element(
      'p',
      { class: 'note' },
      'Nothing is uploaded: the symbols are in the link itself, with their names.',
    ),
    this.#picture,
    element('p', { class: 'tools' }, this.#savePicture, this.#copyCode, this.#copyEmbed),
    this.#explanation,
    this.#byHand,
    this.#status,
  );

  constructor(shared: Shared) {
    this.#shared = shared;
    this.#page = shared.page ?? new URL('./', location.href);
    this.#link = linkOf(shared.symbols, this.#page);
    this.#sendLink.hidden = !navigator.share;
    this.#copyCode.hidden = !shared.inks;
    this.#explanation.textContent = `${
      shared.inks ? 'The code is a program for Node.js that knows your symbols. ' : ''
    }The embed shows them in another page.`;
    this.#picture.alt = `Picture of ${shared.symbols.map(({ name }) => name).join(', ')}`;
    const on = (of: HTMLElement, act: () => Promise<void>) =>
      of.addEventListener('click', () => act().catch((error) => this.#fail(error)));
    on(this.#copyLink, async () => this.#copy('the link', await this.#link, this.#field));
    on(this.#sendLink, () => this.#send());
    on(this.#savePicture, async () => this.#save());
    on(this.#copyCode, () => this.#copy('the code', this.#code()));
    on(this.#copyEmbed, async () => this.#copy('the embed', embedOf(await this.#frame())));
    this.#field.addEventListener('focus', () => this.#field.select());
    this.#close.addEventListener('click', () => this.#root.close());
    this.#root.addEventListener('click', (event) => {
      if (event.target === this.#root) this.#root.close(); // beside it
    });
    this.#root.addEventListener('close', () => this.#remove());
  }

  open(): void {
    document.body.append(this.#root);
    this.#root.showModal();
    this.#showLink().catch((error) => {
      this.#linkRow.hidden = this.#copyEmbed.hidden = true;
      this.#close.focus();
      this.#fail(error);
    });
    this.#showPicture().catch((error) => {
      this.#picture.hidden = this.#savePicture.hidden = true;
      this.#fail(error);
    });
  }

  async #showLink(): Promise<void> {
    this.#field.value = await this.#link;
  }

  async #showPicture(): Promise<void> {
    const { symbols, score } = this.#shared;
    const picture = await cardOf({ symbols, score, address: this.#page.href });
    if (!this.#root.open) return;
    this.#card = { url: URL.createObjectURL(picture) };
    this.#picture.src = this.#card.url;
  }

  /** The link that a frame shows. */
  #frame(): Promise<string> {
    return linkOf(this.#shared.symbols, new URL('embed.html', this.#page));
  }

  #code(): string {
    const { symbols, inks = [] } = this.#shared;
    const seen = symbols.map(({ name }, i) => ({ name, ink: inks[i]! }));
    return codeOf(seen, Math.sqrt(inks[0]!.length));
  }

  /** @param field holds the text already */
  async #copy(what: string, text: string, field?: HTMLInputElement): Promise<void> {
    this.#byHand.hidden = true;
    try {
      await navigator.clipboard.writeText(text);
      this.#say(`Copied ${what}.`);
    } catch {
      // Not in a frame, over http, or where the visitor forbade it.
      const from = field ?? this.#byHand;
      from.hidden = false;
      from.value = text;
      from.focus();
      from.select();
      this.#say(
        `This browser does not let the page copy: ${what} is selected, so copy it yourself.`,
      );
    }
  }

  async #send(): Promise<void> {
    try {
      await navigator.share({ title: document.title, url: await this.#link });
    } catch (error) {
      if ((error as Error).name !== 'AbortError') throw error; // the visitor thought better of it
    }
  }

  #save(): void {
    if (!this.#card) return;
    element('a', { href: this.#card.url, download: 'symbols.png' }).click();
    this.#say('Saved the picture as symbols.png.');
  }

  #fail(error: unknown): void {
    if (!(error instanceof UserError)) console.error(error);
    this.#say(messageOf(error));
  }

  /** Once more, too: only a text that changes is read out. */
  #say(text: string): void {
    this.#status.textContent = '';
    requestAnimationFrame(() => {
      this.#status.textContent = text;
    });
  }

  #remove(): void {
    this.#root.remove();
    const { url } = this.#card ?? {};
    if (url) setTimeout(() => URL.revokeObjectURL(url), 10_000); // a download may still read it
  }
}

function button(text: string, className = 'tool', attributes = {}): HTMLButtonElement {
  return element('button', { type: 'button', class: className, ...attributes }, text);
}
