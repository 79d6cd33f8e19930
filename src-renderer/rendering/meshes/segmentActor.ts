import vtkDataArray from '@kitware/vtk.js/Common/Core/DataArray';
import vtkPolyData from '@kitware/vtk.js/Common/DataModel/PolyData';
import vtkActor from '@kitware/vtk.js/Rendering/Core/Actor';
import vtkMapper from '@kitware/vtk.js/Rendering/Core/Mapper';

/** Surfaces of one segment, joined: one draw call. */
export interface SegmentGeometry {
  /** x, y, z in nm from the middle of the volume. */
  readonly positions: Float32Array;
  readonly normals: Float32Array;
  /** In vtk's form: 3, a, b, c, 3, … */
  readonly polys: Uint32Array;
  /** Red, green, blue of each vertex, where colours differ within the segment. */
  readonly colours: Uint8Array | null;
}

/** Red, green, blue, 0..1. */
export type UnitRgb = readonly [number, number, number];

/** What is turned away from the eye darkens, so that overlapping neurites read as separate. */
const GRAZING_SHADE = [
  '  float facing = clamp(abs(normalVCVSOutput.z), 0.0, 1.0);',
  '  gl_FragData[0].rgb *= mix(0.7, 1.0, smoothstep(0.0, 0.6, facing));',
  '  //VTK::Light::Impl',
].join('\n');

/** One segment in the scene. The owner deletes it. */
export function createSegmentActor(pickable = true) {
  const data = vtkPolyData.newInstance();
  const mapper = vtkMapper.newInstance();
  mapper.setInputData(data);
  (mapper.getViewSpecificProperties() as { OpenGL?: object }).OpenGL = {
    ShaderReplacements: [
      {
        shaderType: 'Fragment',
        originalValue: '//VTK::Light::Impl',
        replaceFirst: false,
        replacementValue: GRAZING_SHADE,
        replaceAll: false,
      },
    ],
  };
  const actor = vtkActor.newInstance();
  actor.setMapper(mapper);
  actor.setPickable(pickable);
  const property = actor.getProperty();
  property.setInterpolationToPhong();
  property.setAmbient(0.5);
  property.setDiffuse(0.8);
  property.setSpecular(0);

  return {
    actor,
    setGeometry({ positions, normals, polys, colours }: SegmentGeometry): void {
      data.getPoints().setData(positions, 3);
      data.getPolys().setData(polys);
      data
        .getPointData()
        .setNormals(vtkDataArray.newInstance({ name: 'normals', values: normals, numberOfComponents: 3 }));
      if (colours === null) data.getPointData().removeArray('colours');
      else
        data
          .getPointData()
          .setScalars(vtkDataArray.newInstance({ name: 'colours', values: colours, numberOfComponents: 3 }));
      mapper.setScalarVisibility(colours !== null);
      data.modified();
    },
    setColour(rgb: UnitRgb): void {
      property.setColor(...rgb);
      property.setAmbientColor(...rgb);
    },
    /** 0..1; what lies behind shows through below 1. */
    setOpacity(opacity: number): void {
      property.setOpacity(opacity);
    },
    delete(): void {
      actor.delete();
      mapper.delete();
      data.delete();
    },
  };
}

export type SegmentActor = ReturnType<typeof createSegmentActor>;
