import vtkDataArray from '@kitware/vtk.js/Common/Core/DataArray';
import vtkImageData from '@kitware/vtk.js/Common/DataModel/ImageData';
import vtkPolyData from '@kitware/vtk.js/Common/DataModel/PolyData';
import vtkActor from '@kitware/vtk.js/Rendering/Core/Actor';
import vtkMapper from '@kitware/vtk.js/Rendering/Core/Mapper';
import vtkTexture from '@kitware/vtk.js/Rendering/Core/Texture';

import type { UnitRgb } from './segmentActor.ts';

/** Corners of a rectangle, x, y, z in nm, in the order of the texture: first row, last row backwards. */
export type Corners = readonly [number[], number[], number[], number[]];

/** A slice of the image as a textured rectangle with a thin frame in the tint of its plane. */
export function createSliceActor(tint: UnitRgb) {
  const data = vtkPolyData.newInstance();
  data.getPolys().setData(Uint32Array.of(4, 0, 1, 2, 3));
  data.getPointData().setTCoords(
    vtkDataArray.newInstance({
      name: 'texture',
      values: Float32Array.of(0, 0, 1, 0, 1, 1, 0, 1),
      numberOfComponents: 2,
    }),
  );
  const mapper = vtkMapper.newInstance();
  mapper.setInputData(data);
  mapper.setScalarVisibility(false);
  // Its image is replaced, which a texture of fixed storage refuses.
  const texture = vtkTexture.newInstance({ resizable: true });
  texture.setInterpolate(true);
  const actor = vtkActor.newInstance();
  actor.setMapper(mapper);
  actor.setPickable(false);
  actor.getProperty().setLighting(false);
  actor.getProperty().setOpacity(0.5);

  const frameData = vtkPolyData.newInstance();
  frameData.getLines().setData(Uint32Array.of(5, 0, 1, 2, 3, 0));
  const frameMapper = vtkMapper.newInstance();
  frameMapper.setInputData(frameData);
  const frame = vtkActor.newInstance();
  frame.setMapper(frameMapper);
  frame.setPickable(false);
  frame.getProperty().setLighting(false);
  frame.getProperty().setColor(...tint);

  return {
    actors: [actor, frame],
    setCorners(corners: Corners): void {
      for (const target of [data, frameData]) {
        target.getPoints().setData(Float32Array.from(corners.flat()), 3);
        target.modified();
      }
    },
    /** @param grey one byte a texel, row by row */
    setImage(grey: Uint8Array, columns: number, rows: number): void {
      const image = vtkImageData.newInstance();
      image.setDimensions(columns, rows, 1);
      image.getPointData().setScalars(vtkDataArray.newInstance({ name: 'grey', values: grey, numberOfComponents: 1 }));
      texture.setInputData(image);
      if (actor.getTextures().length === 0) actor.addTexture(texture);
    },
    delete(): void {
      for (const part of [actor, frame, mapper, frameMapper, data, frameData]) part.delete();
      (texture as unknown as { delete(): void }).delete();
    },
  };
}

export type SliceActor = ReturnType<typeof createSliceActor>;
