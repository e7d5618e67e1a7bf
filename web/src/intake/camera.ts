import { UserError } from 'mann';
import { element } from '../ui/element.js';

/** Side of the square that is taken, pixels, at most. */
const SIDE = 1600;

/** A camera in use. */
interface Live {
  readonly stream: MediaStream;
  readonly deviceId: string | undefined;
}

/**
 * Takes a picture with the camera in a dialog: `const photo = await openCamera()`. The picture is the square that the
 * dialog shows. The camera is off again as soon as the dialog closes.
 * @returns undefined if the visitor cancels
 * @throws UserError if there is no camera, or the page may not use it
 */
export async function openCamera(): Promise<Blob | undefined> {
  if (!navigator.mediaDevices?.getUserMedia) {
    if (matchMedia('(pointer: coarse)').matches) return withCameraApp();
    throw new UserError(
      isSecureContext
        ? 'This browser cannot use a camera: open a photo as a file instead'
        : 'Browsers allow the camera only on pages with https: or on localhost. Open a photo as a file instead',
    );
  }
  const live = await start(undefined);
  const dialog = new CameraDialog(live);
  return dialog.result;
}

/** A dialog with what the camera sees. */
class CameraDialog {
  readonly result: Promise<Blob | undefined>;
  readonly #video = element('video', { playsinline: true, muted: true, class: 'live' });
  readonly #choice = element('select', { 'aria-label': 'Camera', class: 'tool', hidden: true });
  readonly #take = element('button', { type: 'button', class: 'tool strong' }, 'Take the picture');
  readonly #note = element('p', { class: 'note', role: 'alert' });
  readonly #dialog: HTMLDialogElement;
  #live: Live;
  #photo: Blob | undefined;

  constructor(live: Live) {
    this.#live = live;
    const cancel = element('button', { type: 'button', class: 'tool' }, 'Cancel');
    this.#dialog = element(
      'dialog',
      { class: 'intake camera', 'aria-labelledby': 'camera-title' },
      element('h2', { id: 'camera-title' }, 'Take a picture'),
      element('p', { class: 'says' }, 'One symbol on paper, inside the frame.'),
      element('div', { class: 'finder' }, this.#video, element('div', { class: 'guide' })),
      this.#note,
      element('div', { class: 'tools' }, this.#take, cancel, this.#choice),
    );
    cancel.addEventListener('click', () => this.#dialog.close());
    this.#take.addEventListener('click', () => void this.#snap());
    this.#choice.addEventListener('change', () => void this.#change());
    const leave = () => this.#dialog.close();
    addEventListener('pagehide', leave);
    this.result = new Promise((resolve) => {
      // By whatever it closes: buttons, Escape, a phone's back gesture.
      this.#dialog.addEventListener('close', () => {
        removeEventListener('pagehide', leave);
        stop(this.#live);
        this.#video.srcObject = null;
        this.#dialog.remove();
        resolve(this.#photo);
      });
    });
    document.body.append(this.#dialog);
    this.#dialog.showModal();
    this.#take.focus();
    this.#show();
    void this.#listCameras();
  }

  #show(): void {
    this.#note.textContent = '';
    this.#video.muted = true; // the attribute alone is not enough for what is made by a script
    this.#video.srcObject = this.#live.stream;
    this.#video.play().catch(() => undefined); // a browser that wants a tap first shows its own button
    this.#live.stream.getVideoTracks()[0]?.addEventListener('ended', () => {
      this.#note.textContent = 'The camera was switched off. Cancel, and open it again.';
    });
  }

  /** Cameras have names only once the page may use one. */
  async #listCameras(): Promise<void> {
    const devices = await navigator.mediaDevices.enumerateDevices().catch(() => []);
    const cameras = devices.filter(({ kind }) => kind === 'videoinput');
    this.#choice.replaceChildren(
      ...cameras.map(({ deviceId, label }, i) =>
        element(
          'option',
          { value: deviceId, selected: deviceId === this.#live.deviceId },
          label || `Camera ${i + 1}`,
        ),
      ),
    );
    this.#choice.hidden = cameras.length < 2;
  }

  async #change(): Promise<void> {
    stop(this.#live);
    try {
      const live = await start(this.#choice.value);
      if (!this.#dialog.open) {
        stop(live);
        return;
      }
      this.#live = live;
      this.#show();
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      this.#note.textContent = `${error.message}.`;
    }
  }

  /** Keeps the square in the middle, which is what the dialog shows. */
  async #snap(): Promise<void> {
    const { videoWidth, videoHeight } = this.#video;
    const square = Math.min(videoWidth, videoHeight);
    if (square === 0) {
      this.#note.textContent = 'The camera has not sent a picture yet: try again in a moment.';
      return;
    }
    const side = Math.min(square, SIDE);
    const canvas = element('canvas', { width: side, height: side });
    canvas
      .getContext('2d')!
      .drawImage(
        this.#video,
        (videoWidth - square) / 2,
        (videoHeight - square) / 2,
        square,
        square,
        0,
        0,
        side,
        side,
      );
    this.#photo = await new Promise<Blob | undefined>((resolve) =>
      canvas.toBlob((blob) => resolve(blob ?? undefined), 'image/jpeg', 0.9),
    );
    this.#dialog.close();
  }
}

/** @param deviceId of a camera; undefined: one that looks away from the visitor, if there is one */
async function start(deviceId: string | undefined): Promise<Live> {
  const which = deviceId ? { deviceId: { exact: deviceId } } : { facingMode: 'environment' };
  try {
    const stream = await navigator.mediaDevices.getUserMedia({
      audio: false,
      video: { ...which, width: { ideal: 1920 }, height: { ideal: 1440 } },
    });
    return { stream, deviceId: stream.getVideoTracks()[0]?.getSettings().deviceId };
  } catch (error) {
    throw new UserError(reasonOf(error), { cause: error });
  }
}

function stop({ stream }: Live): void {
  for (const track of stream.getTracks()) track.stop();
}

function reasonOf(error: unknown): string {
  const name = error instanceof DOMException ? error.name : '';
  if (name === 'NotAllowedError' || name === 'SecurityError') {
    return 'The page may not use the camera: allow it in the settings of your browser, or open a photo as a file';
  }
  if (name === 'NotFoundError' || name === 'OverconstrainedError') {
    return 'There is no camera on this device: open a photo as a file instead';
  }
  return 'The camera could not be started: another program may be using it. Close that, or open a photo as a file';
}

/** Phones without access to the camera for pages still have their own program for it. */
function withCameraApp(): Promise<Blob | undefined> {
  const input = element('input', {
    type: 'file',
    accept: 'image/*',
    capture: 'environment',
    hidden: true,
    'aria-hidden': 'true',
  });
  document.body.append(input);
  return new Promise<Blob | undefined>((resolve) => {
    input.addEventListener('change', () => resolve(input.files?.[0]));
    input.addEventListener('cancel', () => resolve(undefined));
    input.click();
  }).finally(() => input.remove());
}
