import '@kitware/vtk.js/Rendering/Profiles/Geometry';

import { FieldAssociations } from '@kitware/vtk.js/Common/DataModel/DataSet/Constants';
import vtkMouseCameraTrackballPanManipulator from '@kitware/vtk.js/Interaction/Manipulators/MouseCameraTrackballPanManipulator';
import vtkMouseCameraTrackballRotateManipulator from '@kitware/vtk.js/Interaction/Manipulators/MouseCameraTrackballRotateManipulator';
import vtkMouseCameraTrackballZoomManipulator from '@kitware/vtk.js/Interaction/Manipulators/MouseCameraTrackballZoomManipulator';
import vtkInteractorStyleManipulator from '@kitware/vtk.js/Interaction/Style/InteractorStyleManipulator';
import type vtkActor from '@kitware/vtk.js/Rendering/Core/Actor';
import vtkLight from '@kitware/vtk.js/Rendering/Core/Light';
import vtkGenericRenderWindow from '@kitware/vtk.js/Rendering/Misc/GenericRenderWindow';
import type vtkOpenGLHardwareSelector from '@kitware/vtk.js/Rendering/OpenGL/HardwareSelector';
import type vtkOpenGLRenderWindow from '@kitware/vtk.js/Rendering/OpenGL/RenderWindow';

import { makeContext } from './makeContext.ts';
import type { UnitRgb } from './segmentActor.ts';

/** Where a camera stands, all in nm from the middle of the volume. */
export interface CameraState {
  readonly position: readonly [x: number, y: number, z: number];
  readonly focalPoint: readonly [x: number, y: number, z: number];
  readonly viewUp: readonly [x: number, y: number, z: number];
  readonly parallelScale: number;
}

/** What lies under a pixel. */
export interface Hit {
  readonly actor: vtkActor;
  readonly positionNm: readonly number[];
}

/** Opposite ends of the whole scene, x, y, z, nm. */
export interface Bounds {
  readonly low: readonly number[];
  readonly high: readonly number[];
}

type OpenGLView = vtkOpenGLRenderWindow & { getSelector(): vtkOpenGLHardwareSelector };

interface PickedNode {
  getProperties(): { prop: vtkActor; worldPosition: number[]; displayPosition: number[] };
}

/** Pixels around the pointer that are searched. */
const PICK_MARGIN = 2;

/**
 * A vtk.js scene in an element: camera, light, mouse, picking, drawing on demand. It knows actors, not segments. The owner deletes it.
 *
 * @param onCamera after each move of the camera and each change of the element's size
 * @throws Error where the browser has no WebGL 2
 */
export function createMeshScene(container: HTMLElement, onCamera: () => void) {
  const window = vtkGenericRenderWindow.newInstance({ listenWindowResize: false });
  // The public name has no type for the one view that there is.
  const view = (window as unknown as { getApiSpecificRenderWindow(): OpenGLView }).getApiSpecificRenderWindow();
  makeContext(view.getCanvas()!);
  window.setContainer(container);
  const renderer = window.getRenderer();
  const renderWindow = window.getRenderWindow();
  const camera = renderer.getActiveCamera();
  camera.setViewUp(0, -1, 0);

  renderer.setAutomaticLightCreation(false);
  renderer.removeAllLights();
  const key = vtkLight.newInstance();
  key.setLightTypeToCameraLight();
  key.setPosition(-0.6, 0.9, 1);
  key.setFocalPoint(0, 0, 0);
  key.setIntensity(0.7);
  const fill = vtkLight.newInstance();
  fill.setLightTypeToHeadLight();
  fill.setIntensity(0.5);
  renderer.addLight(key);
  renderer.addLight(fill);

  installMouse(window);
  const selector = view.getSelector();
  selector.setFieldAssociation(FieldAssociations.FIELD_ASSOCIATION_CELLS);
  selector.setCaptureZValues(true);
  const subscription = camera.onModified(onCamera);

  let isDrawAsked = false;
  let costMs = 0;
  function draw(): void {
    if (isDrawAsked) return;
    isDrawAsked = true;
    requestAnimationFrame(() => {
      isDrawAsked = false;
      if (window.isDeleted()) return;
      renderer.resetCameraClippingRange();
      const start = performance.now();
      renderWindow.render();
      // What drawing costs the window shows when it gets its next turn: in software, the picture is waited for after this call.
      requestAnimationFrame(() => setTimeout(() => (costMs = performance.now() - start)));
    });
  }

  const observer = new ResizeObserver(() => {
    window.resize();
    // Places on the screen are others now, though the camera stands where it stood.
    onCamera();
    draw();
  });
  observer.observe(container);

  return {
    canvas: () => view.getCanvas()!,
    add(actor: vtkActor): void {
      renderer.addActor(actor);
      draw();
    },
    remove(actor: vtkActor): void {
      renderer.removeActor(actor);
      draw();
    },
    draw,
    /** How long the window was held up by the last picture, milliseconds; a frame or less where a graphics card draws. */
    costMs: () => costMs,
    setBackground([red, green, blue]: UnitRgb): void {
      renderer.setBackground([red, green, blue]);
      draw();
    },
    /** Without a background, for pictures. */
    setTransparent(isTransparent: boolean): void {
      const [red, green, blue] = renderer.getBackground();
      renderer.setBackground([red, green, blue, isTransparent ? 0 : 1] as never);
    },
    setParallel(isParallel: boolean): void {
      camera.setParallelProjection(isParallel);
      draw();
    },
    camera: (): CameraState => ({
      position: camera.getPosition(),
      focalPoint: camera.getFocalPoint(),
      viewUp: camera.getViewUp(),
      parallelScale: camera.getParallelScale(),
    }),
    setCamera({ position, focalPoint, viewUp, parallelScale }: CameraState): void {
      camera.setPosition(...position);
      camera.setFocalPoint(...focalPoint);
      camera.setViewUp(...viewUp);
      camera.setParallelScale(parallelScale);
      draw();
    },
    /** Looks at a box from where the camera is, or along `direction`. */
    lookAt({ low, high }: Bounds, from?: { direction: readonly number[]; viewUp: readonly number[] }): void {
      if (from) {
        const middle = low.map((value, axis) => (value + high[axis]) / 2) as [number, number, number];
        camera.setFocalPoint(...middle);
        camera.setPosition(...(middle.map((value, axis) => value - from.direction[axis]) as [number, number, number]));
        camera.setViewUp(...(from.viewUp as [number, number, number]));
      }
      renderer.resetCamera([low[0], high[0], low[1], high[1], low[2], high[2]]);
      draw();
    },
    /** Nanometres for one CSS pixel at the distance of the focal point. */
    nmPerPixel(): number {
      const height = container.clientHeight || 1;
      if (camera.getParallelProjection()) return (2 * camera.getParallelScale()) / height;
      return (2 * camera.getDistance() * Math.tan((camera.getViewAngle() * Math.PI) / 360)) / height;
    },
    /** Where a place of the scene is seen: CSS pixels from the upper left of the element; null behind the eye. */
    placeOf(positionNm: readonly number[]): readonly [x: number, y: number] | null {
      const [x, y, z] = positionNm;
      const [width, height] = view.getSize();
      if (width < 1 || height < 1) return null;
      const at = view.worldToDisplay(x, y, z, renderer);
      if (!at || at[2] < 0 || at[2] > 1) return null;
      const ratio = height / (container.clientHeight || 1);
      return [at[0] / ratio, (height - at[1]) / ratio];
    },
    /** The nearest pickable actor at a point of the element, in CSS pixels from its upper left. */
    async pick(x: number, y: number): Promise<Hit | null> {
      const ratio = view.getSize()[1] / (container.clientHeight || 1);
      const [column, row] = [Math.round(x * ratio), Math.round((container.clientHeight - y) * ratio)];
      const buffers = await selector.getSourceDataAsync(
        renderer,
        Math.max(0, column - PICK_MARGIN),
        Math.max(0, row - PICK_MARGIN),
        column + PICK_MARGIN,
        row + PICK_MARGIN,
      );
      if (!buffers || window.isDeleted()) return null;
      // Its declared type has one argument more than it takes.
      const select = buffers.generateSelection as unknown as (...area: number[]) => PickedNode[];
      const found = select(
        Math.max(0, column - PICK_MARGIN),
        Math.max(0, row - PICK_MARGIN),
        column + PICK_MARGIN,
        row + PICK_MARGIN,
      );
      const nearest = found
        .map((node) => node.getProperties())
        .sort((a, b) => a.displayPosition[2] - b.displayPosition[2])[0];
      draw();
      return nearest ? { actor: nearest.prop, positionNm: nearest.worldPosition } : null;
    },
    /** The picture as it is now, as a PNG data address. */
    async picture(scale: number): Promise<string> {
      const [picture] = await Promise.all(
        renderWindow.captureImages('image/png', { scale, resetCamera: false } as never) as Promise<string>[],
      );
      return picture;
    },
    delete(): void {
      observer.disconnect();
      subscription.unsubscribe();
      window.delete();
    },
  };
}

export type MeshScene = ReturnType<typeof createMeshScene>;

/** Left turns, with Shift or in the middle moves, the wheel zooms: as in the program's slices and in Neuroglancer. */
function installMouse(window: vtkGenericRenderWindow): void {
  const style = vtkInteractorStyleManipulator.newInstance();
  const turn = vtkMouseCameraTrackballRotateManipulator.newInstance({ button: 1 });
  const pan = vtkMouseCameraTrackballPanManipulator.newInstance({ button: 1, shift: true });
  const panMiddle = vtkMouseCameraTrackballPanManipulator.newInstance({ button: 2 });
  const zoom = vtkMouseCameraTrackballZoomManipulator.newInstance({ scrollEnabled: true, dragEnabled: false });
  for (const manipulator of [turn, pan, panMiddle, zoom]) style.addMouseManipulator(manipulator);
  window.getInteractor().setInteractorStyle(style);
}
